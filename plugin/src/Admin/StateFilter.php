<?php

declare( strict_types=1 );

namespace ArBridge\Admin;

defined( 'ABSPATH' ) || exit;

/**
 * The order list narrowed to one state in Oracle. No page asks the sidecar while it is made: `order.js` fills the place left here with a
 * choice, asks for the orders of the chosen state when the list's Filter button is pressed, and sends their ids along.
 */
final class StateFilter {

	/** In the address: the ids, with commas between; present and empty where no order is in the state. */
	public const IDS   = 'ar_bridge_ids';
	public const STATE = 'ar_bridge_state';

	/** As many as one answer of the sidecar holds. */
	private const MOST = 100;

	/** Whether the search filter in the list's arguments is ours, see count_anew(). */
	private bool $placeholder = false;

	public function register(): void {
		// Order tables.
		add_action( 'woocommerce_order_list_table_restrict_manage_orders', array( self::class, 'leave_place' ), 20, 2 );
		add_filter( 'woocommerce_shop_order_list_table_request', array( $this, 'count_anew' ) );
		add_filter( 'woocommerce_shop_order_list_table_prepare_items_query_args', array( $this, 'narrow_orders' ) );
		// Posts storage.
		add_action( 'restrict_manage_posts', array( self::class, 'leave_place' ), 20, 2 );
		add_filter( 'request', array( self::class, 'narrow_posts' ) );
	}

	/**
	 * @param mixed $type
	 * @param mixed $where `top` or `bottom`; absent from older WordPress.
	 */
	public static function leave_place( $type, $where = 'top' ): void {
		if ( 'shop_order' === $type && 'bottom' !== $where ) {
			$ids = self::ids();
			printf(
				'<span id="ar-bridge-filter" data-state="%s" data-ids="%s"></span>',
				esc_attr( self::from_address( self::STATE ) ?? '' ),
				esc_attr( null === $ids ? '' : implode( ',', $ids ) )
			);
		}
	}

	/**
	 * The list counts its pages from a cache by status, unless it is narrowed by something it knows. It knows what a search looks in: that
	 * is named here, without a word to look for, and taken out again below. WooCommerce 10.5, ListTable::prepare_items().
	 *
	 * @param mixed $request
	 * @return mixed
	 */
	public function count_anew( $request ) {
		if ( is_array( $request ) && null !== self::ids() && '' === ( $request['search-filter'] ?? '' ) ) {
			$this->placeholder        = true;
			$request['search-filter'] = 'all';
		}
		return $request;
	}

	/**
	 * @param mixed $args Of wc_get_orders().
	 * @return mixed
	 */
	public function narrow_orders( $args ) {
		$ids = self::ids();
		if ( is_array( $args ) && null !== $ids ) {
			if ( $this->placeholder ) {
				unset( $args['search_filter'] );
			}
			$args['id'] = $ids;
		}
		return $args;
	}

	/**
	 * @param mixed $vars Of the main query.
	 * @return mixed
	 */
	public static function narrow_posts( $vars ) {
		$ids = self::ids();
		if ( null !== $ids && is_admin() && is_array( $vars ) && 'shop_order' === ( $vars['post_type'] ?? '' ) ) {
			$vars['post__in'] = $ids;
		}
		return $vars;
	}

	/** @return non-empty-list<int>|null Null where the list is not narrowed; an id that no order has where none is in the state. */
	private static function ids(): ?array {
		$text = self::from_address( self::IDS );
		if ( null === $text || '' === self::from_address( self::STATE ) ) {
			return null;
		}
		$ids = array_slice( array_filter( array_map( 'absint', explode( ',', $text ) ) ), 0, self::MOST );
		return array() === $ids ? array( PHP_INT_MAX ) : array_values( $ids );
	}

	private static function from_address( string $name ): ?string {
		// Narrows a list that the person may see anyway; nothing is changed.
		$value = $_GET[ $name ] ?? null; // phpcs:ignore WordPress.Security.NonceVerification.Recommended, WordPress.Security.ValidatedSanitizedInput -- sanitized in the next line.
		return is_string( $value ) ? sanitize_text_field( wp_unslash( $value ) ) : null;
	}
}
