<?php

declare( strict_types=1 );

namespace ArBridge\Events;

use ArBridge\Clock;
use ArBridge\Outbox\OutboxTable;
use Closure;

defined( 'ABSPATH' ) || exit;

/**
 * Collects what this request changes, and writes it down at the two moments that matter (see OutboxTable for why).
 *
 * - An order is **marked** at its first hook: one write. Customers noted until then ride along; a customer alone waits for the end,
 *   since the customer sweep finds what a killed process left untold.
 * - At the end of the request everything is **settled**: one write for all. PHP calls this after a fatal error too.
 *
 * So a request that changes one order (a checkout, with or without a new account) costs two writes, one that changes n orders
 * n + 1. A hook that fires again for the same order costs an array look-up, unless MARK_AGAIN_SECONDS have passed: then it marks
 * again, so that in a long import no change is older than its pending mark.
 */
final class ChangeLog {

	public const MARK_AGAIN_SECONDS = 30;

	/** @var array<string, Change> */
	private array $changes = array();
	/** @var array<int, Change> Customers that wait for an order to ride along with. */
	private array $unmarked = array();
	/** @var array<int, true> Orders seen as drafts in this request. */
	private array $drafts = array();
	private string $owner;
	private bool $awaits_end = false;

	/**
	 * @param Closure(int): bool $is_draft     Looks an order's status up; asked at the end, and only for orders of unknown status.
	 * @param Closure(): void    $before_end   Called before settling, to record what else there is.
	 * @param Closure(): void    $after_end    Called when the request is over and all is settled; may send.
	 */
	public function __construct(
		private OutboxTable $outbox,
		private TransactionWatch $transactions,
		private Clock $clock,
		private Closure $is_draft,
		private Closure $before_end,
		private Closure $after_end
	) {
		$this->owner = bin2hex( random_bytes( 8 ) );
	}

	/** An order may have changed, and it is no draft. */
	public function order( int $id ): void {
		if ( $id > 0 ) {
			$change = $this->note( OutboxTable::ORDER, $id, true );
			if ( null === $change->marked_at || $this->clock->seconds() - $change->marked_at >= self::MARK_AGAIN_SECONDS ) {
				unset( $this->drafts[ $id ] );
				$this->mark( $change );
			}
		}
	}

	/** Something of an order changed and nobody said whether it is a draft: looked up at the end, when no other hook told by then. */
	public function order_of_unknown_status( int $id ): void {
		if ( $id > 0 && ! isset( $this->drafts[ $id ] ) ) {
			$this->note( OutboxTable::ORDER, $id, false );
		}
	}

	/** The order is an unfinished checkout: none of our business until it becomes more. */
	public function draft( int $id ): void {
		$this->drafts[ $id ] = true;
	}

	public function customer( int $id ): void {
		if ( $id > 0 ) {
			$this->unmarked[ $id ] = $this->note( OutboxTable::CUSTOMER, $id, true );
		}
	}

	/** PHP calls this when the request is over. A change after that asks for another turn. */
	public function end_of_request(): void {
		$this->awaits_end = false;
		if ( $this->settle() ) {
			( $this->after_end )();
		}
	}

	/**
	 * Ends the record: what is noted may be handed out now; later changes start a new one. Also for long processes, between two jobs.
	 *
	 * @return bool Whether there was anything.
	 */
	public function settle(): bool {
		( $this->before_end )();

		$standing = array();
		$undone   = array();
		foreach ( $this->changes as $change ) {
			if ( $this->transactions->is_undone( $change->epoch ) ) {
				$undone[] = array( $change->kind, $change->id );
			} elseif ( $change->certain || ! ( isset( $this->drafts[ $change->id ] ) || ( $this->is_draft )( $change->id ) ) ) {
				$standing[] = array( $change->kind, $change->id );
			}
		}
		$this->changes  = array();
		$this->unmarked = array();
		$this->drafts   = array();

		if ( $undone ) {
			$this->outbox->settle_survivors( $undone, $this->owner );
		}
		if ( $standing ) {
			// Once more after a deadlock; when that fails too, the marks are handed out after their time.
			$this->outbox->settle( $standing, $this->owner ) || $this->outbox->settle( $standing, $this->owner );
		}
		return array() !== $standing;
	}

	private function note( string $kind, int $id, bool $certain ): Change {
		$change = $this->changes[ $kind . $id ] ?? null;
		if ( null === $change || $this->transactions->is_undone( $change->epoch ) ) {
			$this->transactions->listen();
			$this->await_end();
			$change                        = new Change( $kind, $id, $this->transactions->epoch(), $certain );
			$this->changes[ $kind . $id ] = $change;
		}
		$change->certain = $change->certain || $certain;
		return $change;
	}

	private function mark( Change $change ): void {
		$together = array( $change );
		foreach ( $this->unmarked as $customer ) {
			if ( ! $this->transactions->is_undone( $customer->epoch ) ) {
				$together[] = $customer;
			}
		}
		$objects = array_map( static fn( Change $one ): array => array( $one->kind, $one->id ), $together );
		if ( $this->outbox->mark( $objects, $this->owner ) ) {
			foreach ( $together as $one ) {
				$one->marked_at = $this->clock->seconds();
			}
			$this->unmarked = array();
		}
	}

	/** Our function runs after WordPress' own `shutdown`, where others still save orders. */
	private function await_end(): void {
		if ( ! $this->awaits_end ) {
			$this->awaits_end = true;
			register_shutdown_function( array( $this, 'end_of_request' ) );
		}
	}
}
