<?php

declare( strict_types=1 );

namespace ArBridge\Admin;

use WC_Abstract_Order;
use WC_Order;
use WP_Post;

defined( 'ABSPATH' ) || exit;

/**
 * What an order's screen and the order list show of Oracle. PHP only leaves places with the order's id; `order.js` fills all of a page's
 * places with one call. Works on both order storages: screen ids are asked for, never written down.
 */
final class OrderScreen {

	private const COLUMN = 'ar_bridge_oracle';

	public function __construct( private Assets $assets ) {}

	public function register(): void {
		$screen = wc_get_page_screen_id( 'shop-order' );
		add_action( 'add_meta_boxes', array( $this, 'add_box' ) );
		// Order tables.
		add_filter( "manage_{$screen}_columns", array( self::class, 'add_column' ) );
		add_action( "manage_{$screen}_custom_column", array( self::class, 'fill_column' ), 10, 2 );
		// Posts storage.
		add_filter( 'manage_edit-shop_order_columns', array( self::class, 'add_column' ) );
		add_action( 'manage_shop_order_posts_custom_column', array( self::class, 'fill_column' ), 10, 2 );
		add_action( 'admin_enqueue_scripts', array( $this, 'enqueue' ) );
	}

	public function enqueue(): void {
		$current = get_current_screen();
		if ( null !== $current && in_array( $current->id, array( wc_get_page_screen_id( 'shop-order' ), 'edit-shop_order' ), true ) ) {
			$this->assets->enqueue( Assets::ORDER );
		}
	}

	public function add_box(): void {
		add_meta_box( 'ar-bridge-order-box', __( 'Oracle Receivables', 'ar-bridge' ), array( self::class, 'render_box' ), wc_get_page_screen_id( 'shop-order' ), 'normal', 'high' );
	}

	/** @param mixed $shown An order on order tables, a post on posts storage. */
	public static function render_box( $shown ): void {
		$id = $shown instanceof WP_Post ? $shown->ID : ( $shown instanceof WC_Order ? $shown->get_id() : 0 );
		printf( '<div id="ar-bridge-order" data-order-id="%d"></div>', absint( $id ) );
	}

	/**
	 * Behind the status, where one looks for what became of an order.
	 *
	 * @param mixed $columns
	 * @return array<string, mixed>
	 */
	public static function add_column( $columns ): array {
		$result = array();
		foreach ( is_array( $columns ) ? $columns : array() as $name => $title ) {
			$result[ (string) $name ] = $title;
			if ( 'order_status' === $name ) {
				$result[ self::COLUMN ] = __( 'Oracle', 'ar-bridge' );
			}
		}
		return $result + array( self::COLUMN => __( 'Oracle', 'ar-bridge' ) );
	}

	/**
	 * @param mixed $column
	 * @param mixed $order An order, or its id.
	 */
	public static function fill_column( $column, $order ): void {
		if ( self::COLUMN === $column ) {
			$id = $order instanceof WC_Abstract_Order ? $order->get_id() : ( is_numeric( $order ) ? (int) $order : 0 );
			printf( '<span class="ar-bridge-state" data-order-id="%d"></span>', absint( $id ) );
		}
	}
}
