<?php

declare( strict_types=1 );

namespace ArBridge\Outbox;

defined( 'ABSPATH' ) || exit;

/**
 * What waits for the sidecar, whichever way it goes: sent by Delivery, or pulled over the machine routes.
 *
 * @phpstan-type Objects list<array{kind: string, id: int, seq: int, changedAt: string}>
 * @phpstan-type Payments list<array{id: int, orderId: int, kind: string, amount: string, currency: string, gateway: string, transactionId: string, at: string, takesBack?: int, reported?: true}>
 */
final class Outbox {

	public function __construct( private OutboxTable $objects, private PaymentTable $payments ) {}

	/**
	 * The next rows, at most $limit in all; nothing is forgotten before it is acknowledged.
	 *
	 * @return array{objects: Objects, payments: Payments}
	 */
	public function batch( int $limit ): array {
		// In this order: a request records its payment before it settles its order, so an order that is seen here has its payment below.
		$objects  = $this->objects->ready( $limit );
		$payments = $this->payments->ready( $limit );
		// A payment never comes later than its order: without it the sidecar would have to assume what was paid.
		return array(
			'objects'  => array_slice( $objects, 0, $limit - count( $payments ) ),
			'payments' => $payments,
		);
	}

	/**
	 * Forgets what the sidecar has stored durably.
	 *
	 * @param list<array{kind: string, id: int, seq: int}> $objects  As handed out.
	 * @param list<int>                                    $payments Row ids.
	 * @return int Rows that are done with.
	 */
	public function acknowledge( array $objects, array $payments ): int {
		return $this->objects->acknowledge( $objects ) + $this->payments->acknowledge( $payments );
	}

	/**
	 * Reads an acknowledgement from the sidecar; entries of another shape are left out.
	 *
	 * @return array{list<array{kind: string, id: int, seq: int}>, list<int>}
	 */
	public static function parse_acknowledgement( mixed $stored ): array {
		$objects  = array();
		$payments = array();
		$parts    = is_array( $stored ) ? $stored : array();
		foreach ( is_array( $parts['objects'] ?? null ) ? $parts['objects'] : array() as $row ) {
			if ( is_array( $row ) && is_string( $row['kind'] ?? null ) && is_int( $row['id'] ?? null ) && is_int( $row['seq'] ?? null ) ) {
				$objects[] = array(
					'kind' => $row['kind'],
					'id'   => $row['id'],
					'seq'  => $row['seq'],
				);
			}
		}
		foreach ( is_array( $parts['payments'] ?? null ) ? $parts['payments'] : array() as $id ) {
			if ( is_int( $id ) ) {
				$payments[] = $id;
			}
		}
		return array( $objects, $payments );
	}
}
