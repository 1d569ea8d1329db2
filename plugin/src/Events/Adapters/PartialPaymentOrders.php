<?php

declare( strict_types=1 );

namespace ArBridge\Events\Adapters;

use ArBridge\Events\OrderHooks;
use WC_Order;

defined( 'ABSPATH' ) || exit;

/**
 * Deposit plugins that keep each part payment as a small order of a type of its own, below the order it belongs to. The small order
 * is paid like any other (total, `date_paid`, transaction id); the real order's `date_paid` comes with the first part already, though
 * the rest is still owed. So the small orders are the payments, and the real order's date is none.
 *
 * Read in the sources of Deposits & Partial Payments for WooCommerce 1.2.11 (Acowebs: `AWCDP_POST_TYPE`, class-awcdp-front-end.php
 * `awcdp_payment_complete`, `awcdp_create_order`), Advanced Partial Payment or Deposit for WooCommerce (MagePeople: `mepp_payment`,
 * `order_status_completed`) and of what that one descends from, WooCommerce Deposits (Webtomizer: `wcdp_payment`, functions around
 * `_wc_deposits_payment_schedule`; webtomizer.com/docs/woocommerce-deposits/order-management).
 *
 * YITH's and WooCommerce's own deposits need no adapter: there the rest is an order of the shop with a payment of its own.
 */
final class PartialPaymentOrders {

	/** Type of the small orders => meta that is `yes` on an order that has them. */
	private const PLUGINS = array(
		'awcdp_payment' => '_awcdp_deposits_order_has_deposit',
		'mepp_payment'  => '_mepp_order_has_deposit',
		'wcdp_payment'  => '_wc_deposits_order_has_deposit',
	);

	/** @var array<int, true> By object: a part payment whose save sets, moves or clears its date. */
	private array $moving = array();

	public function register(): void {
		// A shop without such a plugin has nothing to watch: the types are registered on `init`, long after this.
		foreach ( array_keys( self::PLUGINS ) as $type ) {
			add_action( "registered_post_type_$type", array( $this, 'watch' ) );
		}
		add_filter( 'ar_bridge_payments_are_reported', array( $this, 'are_reported' ), 10, 2 );
	}

	/** There is a type of small orders in this shop. */
	public function watch(): void {
		add_action( 'woocommerce_before_order_object_save', array( $this, 'before_save' ), OrderHooks::FIRST );
		add_action( 'woocommerce_after_order_object_save', array( $this, 'saved' ), OrderHooks::FIRST );
	}

	/**
	 * Which dates a save changes is known before it only.
	 *
	 * @param mixed $part
	 */
	public function before_save( $part ): void {
		if ( $part instanceof WC_Order && isset( self::PLUGINS[ $part->get_type() ] ) && array_key_exists( 'date_paid', $part->get_changes() ) ) {
			$this->moving[ spl_object_id( $part ) ] = true;
		}
	}

	/** @param mixed $part */
	public function saved( $part ): void {
		if ( ! $this->moving || ! $part instanceof WC_Order || ! isset( $this->moving[ spl_object_id( $part ) ] ) ) {
			return; // Nearly every save.
		}
		unset( $this->moving[ spl_object_id( $part ) ] );
		$paid  = $part->get_date_paid( 'edit' );
		$total = (string) $part->get_total( 'edit' );
		$known = array( 'reference' => $part->get_type() . ' ' . $part->get_id() );
		if ( null === $paid ) {
			do_action( 'ar_bridge_payment_taken_back', $part->get_parent_id(), $known );
		} elseif ( (float) $total > 0 ) {
			do_action(
				'ar_bridge_payment_received',
				$part->get_parent_id(),
				$known + array(
					'amount'         => $total,
					'currency'       => (string) $part->get_currency( 'edit' ),
					'gateway'        => (string) $part->get_payment_method( 'edit' ),
					'transaction_id' => (string) $part->get_transaction_id( 'edit' ),
					'at'             => $paid->getTimestamp(),
				)
			);
		}
	}

	/**
	 * Filter `ar_bridge_payments_are_reported`.
	 *
	 * @param mixed $reported
	 * @param mixed $order
	 * @return mixed
	 */
	public function are_reported( $reported, $order ) {
		if ( $order instanceof WC_Order ) {
			foreach ( self::PLUGINS as $meta ) {
				if ( 'yes' === $order->get_meta( $meta, true, 'edit' ) ) {
					return true;
				}
			}
		}
		return $reported;
	}
}
