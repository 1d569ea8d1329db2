<?php

declare( strict_types=1 );

namespace ArBridge\Outbox;

use ArBridge\Clock;
use ArBridge\Schema\Database;
use ArBridge\Schema\Tables;

defined( 'ABSPATH' ) || exit;

/**
 * Objects that changed since the sidecar last acknowledged them: one row per (kind, id).
 *
 * How a row lives, and why nothing is lost or invented:
 *
 * - **mark** is written by the first hook that tells of a change, before or beside the shop's own write and on the same
 *   connection. If the shop's transaction is rolled back, the mark goes with it; if the process is killed, it stays.
 * - A mark is *pending*: it is not handed out before its request has ended. Handed out earlier, the sidecar could read the order
 *   as it was before the request's last write, acknowledge that, and a crash of the request would leave nothing behind.
 * - **settle**, at the end of the request, raises `seq` and lifts the pending mark. It is an upsert: when a request runs for longer
 *   than PENDING_SECONDS its mark was handed out and perhaps acknowledged, and what it changed since must be told again.
 * - A request that died without settling is handed out when PENDING_SECONDS are over.
 * - Two requests on one order: `owner` names the request that marked last. Only that one lifts the mark, so the one that ends first
 *   does not uncover the other.
 * - **acknowledge** deletes a row only at the `seq` that was handed out. `seq` is the time of the change in microseconds, so it also
 *   rises over a deletion: a late acknowledgement cannot delete a newer change. (Should the clock be set back, seq falls with it for
 *   a moment; it is still another number, and equality is all that an acknowledgement goes by.)
 *
 * The statements are common to MySQL, MariaDB and WordPress' SQLite drop-in. The drop-in (3.0.2) parses SQL in PHP, so the one in the
 * checkout's way is short: a REPLACE takes it 0.3 ms, the same as an upsert with assignments 0.7 ms. CASE stands where GREATEST and IF
 * would be shorter: it makes them of PHP functions, of which one cuts integers to 32 bits and the other never takes its first branch.
 * The upsert names no column that it assigned before: MySQL would see the new value, SQLite the old one. Rows are taken in key
 * order, so that two statements do not lock each other out.
 */
final class OutboxTable {

	public const ORDER    = 'order';
	public const CUSTOMER = 'customer';

	public const PENDING_SECONDS = 60;

	private const ROWS_PER_STATEMENT = 200;

	public function __construct( private Clock $clock ) {}

	/**
	 * Notes changes of a request that goes on.
	 *
	 * @param list<array{string, int}> $objects (kind, id).
	 * @return bool False when the database refused; settle() will try again.
	 */
	public function mark( array $objects, string $owner ): bool {
		return $this->write( 'REPLACE', $objects, $this->clock->seconds() + self::PENDING_SECONDS, $owner, '' );
	}

	/**
	 * Notes changes of a request that is over: from now on they may be handed out.
	 *
	 * @param list<array{string, int}> $objects (kind, id).
	 */
	public function settle( array $objects, string $owner ): bool {
		return $this->write( 'INSERT', $objects, 0, $owner, ' ON DUPLICATE KEY UPDATE seq = CASE WHEN VALUES(seq) > seq THEN VALUES(seq) ELSE seq + 1 END, pending_until = CASE WHEN owner = VALUES(owner) THEN 0 ELSE pending_until END' );
	}

	/**
	 * Lifts marks that survived a rollback because they were written before the transaction; creates nothing.
	 *
	 * @param list<array{string, int}> $objects (kind, id).
	 */
	public function settle_survivors( array $objects, string $owner ): void {
		foreach ( array_chunk( self::in_key_order( $objects ), self::ROWS_PER_STATEMENT ) as $chunk ) {
			$which = Database::repeat( '(kind = %s AND object_id = %d)', count( $chunk ), ' OR ' );
			Database::run( "UPDATE %i SET seq = seq + 1, pending_until = 0 WHERE owner = %s AND pending_until > 0 AND ($which)", Tables::outbox(), $owner, ...array_merge( ...$chunk ) );
		}
	}

	/**
	 * Rows that may be handed out, oldest change first.
	 *
	 * @return list<array{kind: string, id: int, seq: int, changedAt: string}>
	 */
	public function ready( int $limit ): array {
		return array_map(
			static fn ( array $row ): array => array(
				'kind'      => $row[0],
				'id'        => (int) $row[1],
				'seq'       => (int) $row[2],
				'changedAt' => Clock::instant( self::seconds( $row[2] ) ),
			),
			Database::rows( 'SELECT kind, object_id, seq FROM %i WHERE pending_until <= %d ORDER BY seq LIMIT %d', Tables::outbox(), $this->clock->seconds(), $limit )
		);
	}

	/**
	 * Forgets what the sidecar has stored, where nothing newer happened since.
	 *
	 * @param list<array{kind: string, id: int, seq: int}> $objects As they were handed out.
	 * @return int Rows deleted.
	 */
	public function acknowledge( array $objects ): int {
		$deleted = 0;
		$rows    = array_map( static fn ( array $row ): array => array( $row['kind'], $row['id'], $row['seq'] ), $objects );
		foreach ( array_chunk( self::in_key_order( $rows ), self::ROWS_PER_STATEMENT ) as $chunk ) {
			$which    = Database::repeat( '(kind = %s AND object_id = %d AND seq = %d)', count( $chunk ), ' OR ' );
			$deleted += (int) Database::run( "DELETE FROM %i WHERE $which", Tables::outbox(), ...array_merge( ...$chunk ) );
		}
		return $deleted;
	}

	/**
	 * How much waits, and how long its oldest change does.
	 *
	 * @return array{rows: int, oldest: int|null} Oldest as Unix time.
	 */
	public function backlog(): array {
		$row = Database::rows( 'SELECT COUNT(*), MIN(seq) FROM %i', Tables::outbox() )[0] ?? array( '0', '' );
		return array(
			'rows'   => (int) $row[0],
			'oldest' => '' === $row[1] ? null : self::seconds( $row[1] ),
		);
	}

	/**
	 * @param string                   $verb          INSERT or REPLACE.
	 * @param list<array{string, int}> $objects       (kind, id).
	 * @param int                      $pending_until Unix time.
	 * @param string                   $on_duplicate  What follows the rows; no values in it.
	 */
	private function write( string $verb, array $objects, int $pending_until, string $owner, string $on_duplicate ): bool {
		$ok  = true;
		$seq = $this->clock->micros();
		foreach ( array_chunk( self::in_key_order( $objects ), self::ROWS_PER_STATEMENT ) as $chunk ) {
			$values = array();
			foreach ( $chunk as list( $kind, $id ) ) {
				array_push( $values, $kind, $id, $seq, $pending_until, $owner );
			}
			$done = Database::run( "$verb INTO %i (kind, object_id, seq, pending_until, owner) VALUES " . Database::repeat( '(%s, %d, %d, %d, %s)', count( $chunk ) ) . $on_duplicate, Tables::outbox(), ...$values );
			$ok   = $ok && null !== $done;
		}
		return $ok;
	}

	private static function seconds( string $seq ): int {
		return intdiv( (int) $seq, 1_000_000 );
	}

	/**
	 * @template T of array{string, int, 2?: int}
	 * @param list<T> $rows
	 * @return list<T>
	 */
	private static function in_key_order( array $rows ): array {
		usort( $rows, static fn( array $a, array $b ): int => array( $a[0], $a[1] ) <=> array( $b[0], $b[1] ) );
		return $rows;
	}
}
