<?php

declare( strict_types=1 );

namespace ArBridge\Events;

use ArBridge\Clock;
use ArBridge\Outbox\OutboxTable;
use ArBridge\Outbox\PaymentTable;
use Closure;
use WC_Order;

defined( 'ABSPATH' ) || exit;

/**
 * What a request records once it changes something: its changes and its payments, under one watch for rollbacks. Most saves move no date
 * of payment, so what watches those is made with the first one that does.
 */
final class Recording {

	public ChangeLog $changes;
	private TransactionWatch $transactions;
	private ?PaymentWatch $payments  = null;
	private ?PaymentReports $reports = null;

	/** @param Closure(): void $after_end Called when the request is over and all is settled. */
	public function __construct( private Clock $clock, Closure $after_end ) {
		$this->transactions = new TransactionWatch();
		$this->changes      = new ChangeLog(
			new OutboxTable( $clock ),
			$this->transactions,
			$clock,
			static fn ( int $id ): bool => OrderHooks::is_draft( $id ),
			fn () => $this->payments?->record_held(),
			$after_end
		);
	}

	/** Before an order is saved, while it still knows what changed. */
	public function before_save( WC_Order $order ): void {
		if ( null !== $this->payments || self::may_move_money( $order ) ) {
			$this->payments()->before_save( $order );
		}
	}

	/** Its date is set, moved or cleared, or its status moves under a date. */
	private static function may_move_money( WC_Order $order ): bool {
		$changes = $order->get_changes();
		return array_key_exists( 'date_paid', $changes ) || ( isset( $changes['status'] ) && null !== $order->get_date_paid( 'edit' ) );
	}

	/** After the order's row was written. */
	public function after_save( WC_Order $order ): void {
		$this->payments?->after_save( $order );
	}

	/** Payments that other plugins tell. */
	public function reports(): PaymentReports {
		return $this->reports ??= new PaymentReports( new PaymentTable( $this->clock ), $this->payments(), $this->changes, $this->clock );
	}

	private function payments(): PaymentWatch {
		return $this->payments ??= new PaymentWatch( new PaymentTable( $this->clock ), $this->transactions, $this->clock );
	}
}
