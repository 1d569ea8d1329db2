<?php

declare( strict_types=1 );

namespace ArBridge\Events;

defined( 'ABSPATH' ) || exit;

/**
 * Tells whether what was seen at some moment of this request was rolled back since.
 *
 * WooCommerce itself opens no transaction around orders, but others do. Time is cut into epochs: START TRANSACTION and COMMIT end one
 * (both commit what was open), ROLLBACK ends one and declares it undone. What comes before the watch began belongs to the first epoch,
 * so a transaction that was already open is covered too. ROLLBACK TO SAVEPOINT undoes the epoch as a whole: what it did not touch has
 * its row in the outbox, and OutboxTable::settle_survivors() finds it there.
 */
final class TransactionWatch {

	private int $epoch = 0;
	/** @var array<int, true> */
	private array $undone   = array();
	private bool $listening = false;

	/** Starts to listen, with the first change of a request; pages that change nothing pay nothing. */
	public function listen(): void {
		if ( ! $this->listening ) {
			$this->listening = true;
			add_filter( 'query', array( $this, 'hear' ), PHP_INT_MAX );
		}
	}

	/** Name of the time that passes now. */
	public function epoch(): int {
		return $this->epoch;
	}

	public function is_undone( int $epoch ): bool {
		return isset( $this->undone[ $epoch ] );
	}

	/**
	 * Filter `query` of wpdb: sees every statement before it runs and returns it as it is.
	 *
	 * @param mixed $query SQL.
	 * @return mixed
	 */
	public function hear( $query ) {
		// Three letters sort out nearly every statement before the pattern is tried.
		if ( is_string( $query ) && '' !== $query && false !== strpos( "SBCR\t\n sbcr", $query[0] ) && 1 === preg_match( '/^\s*(START\s+TRANSACTION|BEGIN|COMMIT|ROLLBACK)\b/i', $query, $found ) ) {
			if ( 0 === strcasecmp( $found[1], 'ROLLBACK' ) ) {
				$this->undone[ $this->epoch ] = true;
			}
			++$this->epoch;
		}
		return $query;
	}
}
