<?php

declare( strict_types=1 );

namespace ArBridge\Events;

use ArBridge\Clock;
use ArBridge\Outbox\Payment;
use ArBridge\Outbox\PaymentHistory;
use ArBridge\Outbox\PaymentTable;
use WC_Order;

defined( 'ABSPATH' ) || exit;

/**
 * Sees `date_paid` being set, moved and cleared, and the status moving under it; writes payment rows: amount = the order's total less the refunds made by then, and
 * less what other plugins reported as paid by then (PaymentReports). Where nothing is left the row is over 0.00: it tells the sidecar
 * that the date is accounted for.
 *
 * Written inside the save, on the shop's connection: a rolled-back payment leaves no row. What is compared is the saved date
 * against the newest row of our table, never against an object, since objects are often stale:
 *
 * - no payment stands: received;
 * - one stands at the same date: nothing;
 * - one stands at another date: the same payment told twice (two requests complete it within SAME_PAYMENT_SECONDS, or the transaction id
 *   is the same) writes nothing; else the old one is taken back and the new one received, so that what stands is what the order says;
 * - the date was cleared: taken back.
 *
 * WooCommerce sets the date once, and no status clears it: a cheque that bounced is an order set back to `pending` or `failed`. That takes
 * the payment back as well, and a paid status after it is a payment received then. Whether it is other money, or a status was set by
 * mistake, only a person knows: the sidecar asks, and takes the two for one payment until it is told (decisions/0006).
 *
 * An order that is **born paid** (`wc_create_order( array( 'status' => 'completed' ) )`, then its lines, then its total) has a total of
 * 0.00 in the save that sets the date. Its row is held until the request ends, with the total of its last save. A process killed
 * before that leaves no row; the sidecar then assumes the total, as it does for orders older than the plugin.
 */
final class PaymentWatch {

	public const SAME_PAYMENT_SECONDS = 600;

	/** Not `on-hold`: shops keep paid orders there for other reasons. */
	private const UNPAID = array( 'pending', 'failed' );

	/** @var array<int, bool> By object: a save that changes date_paid is under way; true when it creates the order. */
	private array $moving = array();
	/** @var array<int, bool> By object: a save that changes the status of an order with a date, and not the date, is under way. */
	private array $turning = array();
	/** @var array<int, array{payment: Payment, epoch: int, since: int, reported: float}> By order: born paid in this request. */
	private array $held = array();

	public function __construct( private PaymentTable $payments, private TransactionWatch $transactions, private Clock $clock ) {}

	/** Before a save: `get_changes()` is empty afterwards. */
	public function before_save( WC_Order $order ): void {
		if ( $this->held ) {
			$this->record_held( $this->clock->seconds() - ChangeLog::MARK_AGAIN_SECONDS );
		}
		$changes = $order->get_changes();
		if ( array_key_exists( 'date_paid', $changes ) ) {
			$this->moving[ spl_object_id( $order ) ] = 0 === $order->get_id();
		} elseif ( isset( $changes['status'] ) && null !== self::paid_at( $order ) ) {
			$this->turning[ spl_object_id( $order ) ] = true;
		}
	}

	/** After the order's row was written; called more than once per save, the first call counts. */
	public function after_save( WC_Order $order ): void {
		if ( ! $this->moving && ! $this->turning && ! $this->held ) {
			return; // Nearly every save.
		}
		$id     = $order->get_id();
		$object = spl_object_id( $order );
		if ( isset( $this->held[ $id ] ) ) {
			$turned = isset( $this->turning[ $object ] );
			unset( $this->moving[ $object ], $this->turning[ $object ] );
			if ( $turned && $order->has_status( self::UNPAID ) ) {
				unset( $this->held[ $id ] ); // Paid and set back in one request: it was never paid.
			} else {
				$this->hold( $order );
			}
		} elseif ( isset( $this->moving[ $object ] ) ) {
			$is_new = $this->moving[ $object ];
			unset( $this->moving[ $object ] );
			if ( $is_new && null !== self::paid_at( $order ) ) {
				$this->hold( $order );
			} else {
				$this->record( $order );
			}
		} elseif ( isset( $this->turning[ $object ] ) ) {
			unset( $this->turning[ $object ] );
			$this->record_status( $order );
		}
	}

	/** Writes the rows of orders that were born paid, all of them or those held since $until at the latest. */
	public function record_held( int $until = PHP_INT_MAX ): void {
		$due = array();
		foreach ( $this->held as $id => $held ) {
			if ( $held['since'] <= $until ) {
				unset( $this->held[ $id ] );
				if ( ! $this->transactions->is_undone( $held['epoch'] ) ) {
					$payment         = $held['payment'];
					$payment->amount = Payment::rest( $payment->amount, $held['reported'] );
					$due[]           = $payment;
				}
			}
		}
		if ( $due ) {
			$this->payments->insert( ...$due );
		}
	}

	/**
	 * A payment was reported: what `date_paid` covered already is not counted twice. A payment that came more than SAME_PAYMENT_SECONDS
	 * after that date is money on top.
	 */
	public function make_room_for( Payment $report, PaymentHistory $history ): void {
		$id = $report->order_id;
		if ( isset( $this->held[ $id ] ) ) {
			$this->held[ $id ]['reported'] += (float) $report->amount;
			return;
		}
		$last = $history->last();
		if ( null !== $last && $last->is_received() && (float) $last->amount > 0 && $report->at <= $last->at + self::SAME_PAYMENT_SECONDS ) {
			$this->payments->insert( $last->taken_back( $this->clock->seconds() ), $last->without( (float) $report->amount ) );
		}
	}

	private function hold( WC_Order $order ): void {
		$id   = $order->get_id();
		$paid = self::paid_at( $order );
		if ( null === $paid ) {
			unset( $this->held[ $id ] );
			return;
		}
		$this->held[ $id ] = array(
			'payment'  => self::received( $order, 0, $paid, 0.0 ), // Too new to have refunds.
			'epoch'    => $this->held[ $id ]['epoch'] ?? $this->transactions->epoch(),
			'since'    => $this->held[ $id ]['since'] ?? $this->clock->seconds(),
			'reported' => $this->held[ $id ]['reported'] ?? 0.0,
		);
	}

	private function record( WC_Order $order ): void {
		$paid    = self::paid_at( $order );
		$history = $this->payments->history( $order->get_id() );
		$last    = $history->last();
		$now     = $this->clock->seconds();
		if ( null === $paid ) {
			$this->take_back( $order, $history, $now );
			return;
		}
		$taken_back = array();
		$turn       = null === $last ? 0 : $last->turn + 1;
		if ( null !== $last && $last->is_received() ) {
			if ( self::is_same_payment( $last, $paid, (string) $order->get_transaction_id( 'edit' ) ) ) {
				return;
			}
			$taken_back[] = $last->taken_back( $now );
			++$turn;
		}
		$this->payments->insert( ...array( ...$taken_back, self::received( $order, $turn, $paid, self::covered( $order, $history, $paid ) ) ) );
	}

	/** The status moved under a date that stands. */
	private function record_status( WC_Order $order ): void {
		$unpaid = $order->has_status( self::UNPAID );
		if ( ! $unpaid && ! self::is_paid_by_status( $order ) ) {
			return;
		}
		$history = $this->payments->history( $order->get_id() );
		$last    = $history->last();
		$now     = $this->clock->seconds();
		if ( $unpaid ) {
			$this->take_back( $order, $history, $now );
		} elseif ( null !== $last && ! $last->is_received() ) {
			$this->payments->insert( self::received( $order, $last->turn + 1, $now, self::covered( $order, $history, $now ) ) );
		}
	}

	private function take_back( WC_Order $order, PaymentHistory $history, int $now ): void {
		$last = $history->last();
		if ( null === $last ) {
			// An order older than the plugin whose payment is taken back: the sidecar assumed turn 0, so this is turn 1.
			$this->payments->insert( self::received( $order, 0, $now, self::covered( $order, $history, $now ) )->taken_back( $now ) );
		} elseif ( $last->is_received() ) {
			$this->payments->insert( $last->taken_back( $now ) );
		}
	}

	/** Where WooCommerce itself would set the date: as WC_Order::maybe_set_date_paid(), with cash on delivery paid once completed. */
	private static function is_paid_by_status( WC_Order $order ): bool {
		if ( ! $order->has_status( wc_get_is_paid_statuses() ) ) {
			return false;
		}
		return 'cod' !== $order->get_payment_method( 'edit' ) || $order->has_status( 'completed' );
	}

	private static function is_same_payment( Payment $known, int $paid, string $transaction_id ): bool {
		if ( '' !== $known->transaction_id && '' !== $transaction_id ) {
			return $known->transaction_id === $transaction_id;
		}
		return abs( $known->at - $paid ) <= self::SAME_PAYMENT_SECONDS;
	}

	/** @param float $covered Part of the total that this payment did not pay. */
	private static function received( WC_Order $order, int $turn, int $at, float $covered ): Payment {
		$total = (string) $order->get_total( 'edit' );
		return new Payment(
			$order->get_id(),
			$turn,
			Payment::RECEIVED,
			PaymentReports::are_all( $order ) ? Payment::rest( $total, (float) $total ) : Payment::rest( $total, $covered ),
			(string) $order->get_currency( 'edit' ),
			(string) $order->get_payment_method( 'edit' ),
			(string) $order->get_transaction_id( 'edit' ),
			$at
		);
	}

	/** Refunds, and payments that were reported by then; the gateway may tell of its payment moments after it set the date. */
	private static function covered( WC_Order $order, PaymentHistory $history, int $paid ): float {
		return self::refunded( $order ) + $history->reported( $paid + self::SAME_PAYMENT_SECONDS );
	}

	/** From the data store, since WC_Order caches this sum over the refunds made in between. */
	private static function refunded( WC_Order $order ): float {
		// @phpstan-ignore method.notFound (WC_Data_Store forwards to the order's store by __call)
		$sum = $order->get_data_store()->get_total_refunded( $order );
		return is_numeric( $sum ) ? (float) $sum : 0.0;
	}

	/** Unix time, or null when the order is not paid. */
	private static function paid_at( WC_Order $order ): ?int {
		$date = $order->get_date_paid( 'edit' );
		return null === $date ? null : $date->getTimestamp();
	}
}
