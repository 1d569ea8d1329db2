<?php

declare( strict_types=1 );

namespace ArBridge\Events;

use ArBridge\Clock;
use ArBridge\Outbox\Payment;
use ArBridge\Outbox\PaymentTable;
use Throwable;
use WC_Order;

defined( 'ABSPATH' ) || exit;

/**
 * Payments that WooCommerce does not know of: deposits, instalments, several payments for one order. Other plugins tell them by
 *
 *     do_action( 'ar_bridge_payment_received', $order_id, array( 'amount' => '20.00', 'currency' => 'USD', 'gateway' => 'stripe', 'transaction_id' => 'ch_1', 'at' => time() ) );
 *     do_action( 'ar_bridge_payment_taken_back', $order_id, ... the same array ... );
 *
 * readme.txt describes both. One row per payment, told as often as you like: a payment is known by its `reference`, else by
 * transaction id, amount and time. A report that cannot be read changes nothing and is written to WooCommerce's log (`ar-bridge`):
 * the caller may be in the middle of a checkout, so nothing is thrown.
 *
 * Together with `date_paid`: see PaymentWatch. The filter `ar_bridge_payments_are_reported` (bool, WC_Order) says for an order that all
 * of its payments are told this way, so that its `date_paid`, which deposit plugins set with the deposit, is no payment.
 */
final class PaymentReports {

	/** Two requests may want the same turn; the one that comes second looks again. */
	private const TRIES       = 5;
	private const NOT_WRITTEN = 'the database did not take it';

	public function __construct( private PaymentTable $payments, private PaymentWatch $watch, private ChangeLog $changes, private Clock $clock ) {}

	/** Whether an order's payments are all reported. */
	public static function are_all( WC_Order $order ): bool {
		/**
		 * Filters whether every payment of an order is told by `ar_bridge_payment_received`.
		 *
		 * @param bool     $reported False: the order counts as paid in full, less what was reported, once WooCommerce sets its date paid.
		 * @param WC_Order $order
		 */
		try {
			return true === apply_filters( 'ar_bridge_payments_are_reported', false, $order );
		} catch ( Throwable $thrown ) {
			self::log( sprintf( 'A handler of ar_bridge_payments_are_reported failed for order %d: %s', $order->get_id(), $thrown->getMessage() ) );
			return false; // In the middle of a checkout.
		}
	}

	/**
	 * Action `ar_bridge_payment_received`.
	 *
	 * @param mixed $order_id
	 * @param mixed $told
	 */
	public function received( $order_id, $told ): void {
		$payment = PaymentReport::received( $order_id, $told, $this->clock->seconds() );
		if ( is_string( $payment ) ) {
			$this->refuse( 'ar_bridge_payment_received', $order_id, $payment );
			return;
		}
		for ( $try = 0; $try < self::TRIES; ++$try ) {
			$history = $this->payments->history( $payment->order_id );
			$known   = $history->report( $payment->reference );
			// Told again; or an old message of a payment that was taken back since.
			if ( null !== $known && ( $known->is_received() || $payment->at <= $known->at ) ) {
				return;
			}
			$payment->turn = $history->next_report();
			if ( 1 === $this->payments->insert( $payment ) ) {
				$this->watch->make_room_for( $payment, $history );
				$this->changes->order( $payment->order_id );
				return;
			}
		}
		$this->refuse( 'ar_bridge_payment_received', $order_id, self::NOT_WRITTEN );
	}

	/**
	 * Action `ar_bridge_payment_taken_back`.
	 *
	 * @param mixed $order_id
	 * @param mixed $told
	 */
	public function taken_back( $order_id, $told ): void {
		$report = PaymentReport::taken_back( $order_id, $told, $this->clock->seconds() );
		if ( is_string( $report ) ) {
			$this->refuse( 'ar_bridge_payment_taken_back', $order_id, $report );
			return;
		}
		list( $order, $name, $at ) = $report;
		for ( $try = 0; $try < self::TRIES; ++$try ) {
			$history = $this->payments->history( $order );
			$known   = $history->report( $name );
			if ( null === $known ) {
				$this->refuse( 'ar_bridge_payment_taken_back', $order_id, 'no such payment was reported' );
				return;
			}
			if ( ! $known->is_received() ) {
				return;
			}
			if ( 1 === $this->payments->insert( $known->taken_back( max( $at, $known->at ), $history->next_report() ) ) ) {
				$this->changes->order( $order );
				return;
			}
		}
		$this->refuse( 'ar_bridge_payment_taken_back', $order_id, self::NOT_WRITTEN );
	}

	/** @param mixed $order_id */
	private function refuse( string $action, $order_id, string $why ): void {
		self::log( sprintf( '%s for order %s was not recorded: %s.', $action, is_scalar( $order_id ) ? (string) $order_id : gettype( $order_id ), $why ) );
	}

	/** For the shop's developer, under WooCommerce > Status > Logs. */
	private static function log( string $text ): void {
		wc_get_logger()->error( $text, array( 'source' => 'ar-bridge' ) );
	}
}
