<?php

declare( strict_types=1 );

namespace ArBridge\Events;

use ArBridge\Clock;
use ArBridge\Outbox\OutboxTable;
use ArBridge\Outbox\PaymentTable;
use Closure;

defined( 'ABSPATH' ) || exit;

/** What a request records once it changes something: its changes and its payments, under one watch for rollbacks. */
final class Recording {

	public ChangeLog $changes;
	public PaymentWatch $payments;
	public PaymentReports $reports;

	/** @param Closure(): void $after_end Called when the request is over and all is settled. */
	public function __construct( Clock $clock, Closure $after_end ) {
		$transactions   = new TransactionWatch();
		$this->payments = new PaymentWatch( new PaymentTable( $clock ), $transactions, $clock );
		$this->changes  = new ChangeLog(
			new OutboxTable( $clock ),
			$transactions,
			$clock,
			static fn ( int $id ): bool => OrderHooks::is_draft( $id ),
			fn () => $this->payments->record_held(),
			$after_end
		);
		$this->reports  = new PaymentReports( new PaymentTable( $clock ), $this->payments, $this->changes, $clock );
	}
}
