<?php

declare( strict_types=1 );

namespace ArBridge\Outbox;

use ArBridge\Clock;
use ArBridge\Schema\Database;
use ArBridge\Schema\Tables;

defined( 'ABSPATH' ) || exit;

/**
 * What was paid, and what was taken back: WooCommerce keeps only `date_paid` and a total that moves.
 *
 * The facts of a row are inserted once and never changed; `acknowledged_at` alone is set when the sidecar has them. The rows of one
 * order and source take turns (received, taken back, received ...), and (order, source, turn) is unique: of two requests that see the
 * same payment complete, one inserts it.
 */
final class PaymentTable {

	public function __construct( private Clock $clock ) {}

	/** All rows of an order: few, so that one read answers every question. */
	public function history( int $order_id ): PaymentHistory {
		$rows = Database::rows( 'SELECT turn, kind, amount, currency, gateway, transaction_id, paid_at, source, reference, takes_back, id FROM %i WHERE order_id = %d ORDER BY turn', Tables::payments(), $order_id );
		return new PaymentHistory(
			array_map(
				static fn ( array $row ): Payment => new Payment( $order_id, (int) $row[0], $row[1], $row[2], $row[3], $row[4], $row[5], (int) $row[6], $row[7], $row[8], (int) $row[9], (int) $row[10] ),
				$rows
			)
		);
	}

	/**
	 * Adds rows; a turn that another request took is left alone.
	 *
	 * @return int Rows added.
	 */
	public function insert( Payment ...$payments ): int {
		$values = array();
		foreach ( $payments as $payment ) {
			array_push(
				$values,
				$payment->order_id,
				$payment->source,
				$payment->turn,
				$payment->kind,
				$payment->amount,
				$payment->currency,
				mb_substr( $payment->gateway, 0, 190 ),
				mb_substr( $payment->transaction_id, 0, 190 ),
				$payment->reference,
				$payment->takes_back,
				$payment->at,
				$this->clock->seconds()
			);
		}
		$rows = Database::repeat( '(%d, %s, %d, %s, %s, %s, %s, %s, %s, %d, %d, %d)', count( $payments ) );
		return (int) Database::run( "INSERT IGNORE INTO %i (order_id, source, turn, kind, amount, currency, gateway, transaction_id, reference, takes_back, paid_at, recorded_at) VALUES $rows", Tables::payments(), ...$values );
	}

	/**
	 * Rows the sidecar has not acknowledged, oldest first; those of an order whose request goes on wait with it.
	 *
	 * @return list<array{id: int, orderId: int, kind: string, amount: string, currency: string, gateway: string, transactionId: string, at: string, takesBack?: int, reported?: true}>
	 */
	public function ready( int $limit ): array {
		$rows = Database::rows(
			'SELECT p.id, p.order_id, p.kind, p.amount, p.currency, p.gateway, p.transaction_id, p.paid_at, p.takes_back, p.source FROM %i p WHERE p.acknowledged_at = 0 AND NOT EXISTS (SELECT 1 FROM %i o WHERE o.kind = %s AND o.object_id = p.order_id AND o.pending_until > %d) ORDER BY p.id LIMIT %d',
			Tables::payments(),
			Tables::outbox(),
			OutboxTable::ORDER,
			$this->clock->seconds(),
			$limit
		);
		return array_map(
			static fn ( array $row ): array => array(
				'id'            => (int) $row[0],
				'orderId'       => (int) $row[1],
				'kind'          => $row[2],
				'amount'        => $row[3],
				'currency'      => $row[4],
				'gateway'       => $row[5],
				'transactionId' => $row[6],
				'at'            => Clock::instant( (int) $row[7] ),
			) + ( Payment::TAKEN_BACK === $row[2] ? array( 'takesBack' => (int) $row[8] ) : array() ) + ( Payment::REPORTED === $row[9] ? array( 'reported' => true ) : array() ),
			$rows
		);
	}

	/**
	 * @param list<int> $ids
	 * @return int Rows that were not acknowledged before.
	 */
	public function acknowledge( array $ids ): int {
		$changed = 0;
		foreach ( array_chunk( $ids, 500 ) as $chunk ) {
			$changed += (int) Database::run( 'UPDATE %i SET acknowledged_at = %d WHERE acknowledged_at = 0 AND id IN (' . Database::repeat( '%d', count( $chunk ) ) . ')', Tables::payments(), $this->clock->seconds(), ...$chunk );
		}
		return $changed;
	}
}
