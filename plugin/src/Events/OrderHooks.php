<?php

declare( strict_types=1 );

namespace ArBridge\Events;

use Automattic\WooCommerce\Utilities\OrderUtil;
use Closure;
use WC_Abstract_Order;
use WC_Order;
use WC_Order_Refund;
use WP_Post;

defined( 'ABSPATH' ) || exit;

/**
 * Turns WooCommerce's hooks into "order N may have changed". Only the id is taken: the objects that hooks pass are often stale (after a
 * block checkout they still say `pending`). Their status serves to leave unfinished checkouts out, and is current enough for that:
 * an order leaves draft by a save of its own.
 *
 * All handlers run first (FIRST), so that a handler of another plugin that throws does not keep an event from us; none of them throws.
 * Arguments are taken as they come, since other plugins fire these hooks with ids as strings or without the object.
 */
final class OrderHooks {

	public const FIRST = PHP_INT_MIN;

	private const TYPE   = 'shop_order';
	private const REFUND = 'shop_order_refund';
	private const DRAFTS = array( 'checkout-draft', 'auto-draft', 'draft', 'new' );

	/** The order whose save is under way, the innermost one. */
	private ?WC_Abstract_Order $saving = null;
	/** The status under which that save was noted before it began; null for a new order, which has no id then. It may change on the way. */
	private ?string $noted        = null;
	private ?Recording $recording = null;

	/**
	 * @param Closure(): Recording $make_recording Asked with the first order that is saved: a page that saves none does not load it.
	 */
	public function __construct( private Closure $make_recording ) {}

	public function register(): void {
		// Every save of an order, on both storages, before and after its row is written.
		add_action( 'woocommerce_before_order_object_save', array( $this, 'before_save' ), self::FIRST );
		add_action( 'woocommerce_new_order', array( $this, 'saved' ), self::FIRST, 2 );
		add_action( 'woocommerce_update_order', array( $this, 'saved' ), self::FIRST, 2 );
		add_action( 'woocommerce_after_order_object_save', array( $this, 'after_save' ), self::FIRST );
		// A refund changes what its order owes; its deletion tells nobody and moves no date.
		add_action( 'woocommerce_before_order_refund_object_save', array( $this, 'refund' ), self::FIRST );
		add_action( 'woocommerce_order_refunded', array( $this, 'order' ), self::FIRST );
		add_filter( 'woocommerce_pre_delete_order_refund', array( $this, 'refund_deleted' ), self::FIRST, 2 );
		// The bin works on the tables directly: no save, no update hook.
		add_action( 'woocommerce_before_trash_order', array( $this, 'saved' ), self::FIRST, 2 );
		add_action( 'woocommerce_untrash_order', array( $this, 'order' ), self::FIRST );
		add_action( 'woocommerce_before_delete_order', array( $this, 'saved' ), self::FIRST, 2 );
		// Posts storage, where other plugins write posts without WooCommerce.
		add_action( 'wp_trash_post', array( $this, 'post' ), self::FIRST );
		add_action( 'untrashed_post', array( $this, 'post' ), self::FIRST );
		add_action( 'before_delete_post', array( $this, 'post' ), self::FIRST );
		add_action( 'save_post_' . self::TYPE, array( $this, 'post' ), self::FIRST );
		// Lines saved or removed without their order: no poll can see that, the order's date does not move.
		add_action( 'woocommerce_new_order_item', array( $this, 'item' ), self::FIRST, 3 );
		add_action( 'woocommerce_update_order_item', array( $this, 'item' ), self::FIRST, 3 );
		add_action( 'woocommerce_before_delete_order_item', array( $this, 'item' ), self::FIRST );
		add_action( 'woocommerce_remove_order_items', array( $this, 'items_removed' ), self::FIRST );
		// Tags of plugins are terms: neither save nor date tells of them, and an exclusion may go by them.
		add_action( 'set_object_terms', array( $this, 'tagged' ), self::FIRST, 4 );
		add_action( 'deleted_term_relationships', array( $this, 'untagged' ), self::FIRST, 3 );
	}

	/** @param mixed $order */
	public function before_save( $order ): void {
		if ( $order instanceof WC_Abstract_Order && self::TYPE === $order->get_type() ) {
			$this->saving = $order;
			if ( $order instanceof WC_Order ) {
				$this->recording()->before_save( $order );
			}
			$id          = $order->get_id();
			$this->noted = $this->note( $id, $order );
			if ( 0 === $id ) {
				$this->noted = null;
			}
		}
	}

	/**
	 * Within a save already, not only after it: a handler that throws in between ends the save early.
	 *
	 * @param mixed $id
	 * @param mixed $order
	 */
	public function saved( $id, $order = null ): void {
		if ( ! $order instanceof WC_Abstract_Order ) {
			$this->log()->order_of_unknown_status( self::id( $id ) );
		} elseif ( $order === $this->saving || self::TYPE === $order->get_type() ) {
			if ( $order instanceof WC_Order ) {
				$this->recording()->after_save( $order );
			}
			if ( $order !== $this->saving || $order->get_status( 'edit' ) !== $this->noted ) {
				$this->note( self::id( $id ), $order );
			}
		}
	}

	/** @param mixed $order */
	public function after_save( $order ): void {
		if ( $order instanceof WC_Abstract_Order ) {
			$this->saved( $order->get_id(), $order );
			$this->saving = null;
		}
	}

	/** @param mixed $refund */
	public function refund( $refund ): void {
		if ( $refund instanceof WC_Order_Refund ) {
			$this->log()->order( $refund->get_parent_id() );
		}
	}

	/**
	 * @param mixed $check
	 * @param mixed $refund
	 * @return mixed The filter's value as it came.
	 */
	public function refund_deleted( $check, $refund = null ) {
		$this->refund( $refund );
		return $check;
	}

	/** @param mixed $id */
	public function order( $id ): void {
		$this->log()->order( self::id( $id ) );
	}

	/** @param mixed $post_id */
	public function post( $post_id ): void {
		$post = get_post( self::id( $post_id ) );
		if ( ! $post instanceof WP_Post ) {
			return;
		}
		if ( self::REFUND === $post->post_type ) {
			$this->log()->order( (int) $post->post_parent );
		} elseif ( self::TYPE === $post->post_type ) {
			if ( in_array( preg_replace( '/^wc-/', '', $post->post_status ), self::DRAFTS, true ) ) {
				$this->log()->draft( (int) $post->ID );
			} else {
				$this->log()->order( (int) $post->ID );
			}
		}
	}

	/**
	 * @param mixed $item_id
	 * @param mixed $item
	 * @param mixed $order_id Absent where the hook gives only the item.
	 */
	public function item( $item_id, $item = null, $order_id = 0 ): void {
		$order_id = self::id( $order_id );
		// The order's own save tells of its lines, without a look-up for each.
		if ( null === $this->saving || ( $order_id > 0 && $this->saving->get_id() !== $order_id ) ) {
			$this->log()->order_of_unknown_status( $order_id > 0 ? $order_id : (int) wc_get_order_id_by_order_item_id( self::id( $item_id ) ) );
		}
	}

	/** @param mixed $order */
	public function items_removed( $order ): void {
		if ( $order instanceof WC_Abstract_Order && self::TYPE === $order->get_type() && $order->get_id() > 0 ) {
			$this->note( $order->get_id(), $order );
		}
	}

	/**
	 * @param mixed $id
	 * @param mixed $terms
	 * @param mixed $term_ids
	 * @param mixed $taxonomy
	 */
	public function tagged( $id, $terms = null, $term_ids = null, $taxonomy = '' ): void {
		// Products are tagged all the time; nothing is looked up for them.
		if ( is_string( $taxonomy ) && is_object_in_taxonomy( self::TYPE, $taxonomy ) && self::TYPE === OrderUtil::get_order_type( self::id( $id ) ) ) {
			$this->log()->order_of_unknown_status( self::id( $id ) );
		}
	}

	/**
	 * @param mixed $id
	 * @param mixed $term_ids
	 * @param mixed $taxonomy
	 */
	public function untagged( $id, $term_ids = null, $taxonomy = '' ): void {
		$this->tagged( $id, null, $term_ids, $taxonomy );
	}

	/** @return string The status under which it was noted. */
	private function note( int $id, WC_Abstract_Order $order ): string {
		$status = $order->get_status( 'edit' );
		// An order that somebody turns back into a draft is still news.
		if ( in_array( $status, self::DRAFTS, true ) && ( 0 === $id || ! isset( $order->get_changes()['status'] ) ) ) {
			$this->log()->draft( $id );
		} else {
			$this->log()->order( $id );
		}
		return $status;
	}

	/** Whether an order is an unfinished checkout. An order that is gone is none: its disappearance is news. */
	public static function is_draft( int $id ): bool {
		$order = wc_get_order( $id );
		return $order instanceof WC_Abstract_Order && in_array( $order->get_status( 'edit' ), self::DRAFTS, true );
	}

	private function log(): ChangeLog {
		return $this->recording()->changes;
	}

	private function recording(): Recording {
		return $this->recording ??= ( $this->make_recording )();
	}

	/** @param mixed $value */
	private static function id( $value ): int {
		return is_numeric( $value ) ? (int) $value : 0;
	}
}
