<?php

declare( strict_types=1 );

namespace ArBridge\Outbox;

defined( 'ABSPATH' ) || exit;

/** What is on record of one order's payments. */
final class PaymentHistory {

	/** @param list<Payment> $rows Each source's rows in their turns. */
	public function __construct( private array $rows ) {}

	/** The newest row that `date_paid` made. */
	public function last(): ?Payment {
		$own = $this->of( Payment::STORE );
		return $own ? $own[ count( $own ) - 1 ] : null;
	}

	/** The turn that the next reported row takes. */
	public function next_report(): int {
		return count( $this->of( Payment::REPORTED ) );
	}

	/** The newest row of a reported payment. */
	public function report( string $reference ): ?Payment {
		$rows = array_values( array_filter( $this->of( Payment::REPORTED ), static fn ( Payment $row ): bool => $row->reference === $reference ) );
		return $rows ? $rows[ count( $rows ) - 1 ] : null;
	}

	/**
	 * Reported payments that were not taken back.
	 *
	 * @return list<Payment>
	 */
	public function standing_reports(): array {
		$standing = array();
		foreach ( $this->of( Payment::REPORTED ) as $row ) {
			if ( $row->is_received() ) {
				$standing[ $row->reference ] = $row;
			} else {
				unset( $standing[ $row->reference ] );
			}
		}
		return array_values( $standing );
	}

	/** What was reported as paid at $until at the latest, and stands. */
	public function reported( int $until ): float {
		return array_sum( array_map( static fn ( Payment $row ): float => $row->at <= $until ? (float) $row->amount : 0.0, $this->standing_reports() ) );
	}

	/** @return list<Payment> */
	private function of( string $source ): array {
		return array_values( array_filter( $this->rows, static fn ( Payment $row ): bool => $row->source === $source ) );
	}
}
