<?php

declare( strict_types=1 );

namespace ArBridge\Delivery;

use ArBridge\Clock;
use ArBridge\Settings\Options;

defined( 'ABSPATH' ) || exit;

/** How the last deliveries went: kept in an option that is not autoloaded. */
final class DeliveryState {

	/** A success need not be written down more often. */
	private const REMEMBER_EVERY_SECONDS = 60;

	public function __construct( private Clock $clock ) {}

	/** Whether a delivery may be tried now. */
	public function may_try(): bool {
		return $this->clock->seconds() >= $this->number( 'nextTryAt' );
	}

	public function succeeded(): void {
		$now = $this->clock->seconds();
		if ( $this->number( 'failures' ) > 0 || $now - $this->number( 'succeededAt' ) >= self::REMEMBER_EVERY_SECONDS ) {
			update_option( Options::DELIVERY, array( 'succeededAt' => $now ), false );
		}
	}

	/** @param string $why In words, without secrets. */
	public function failed( string $why ): void {
		$failures = $this->number( 'failures' ) + 1;
		$now      = $this->clock->seconds();
		update_option(
			Options::DELIVERY,
			array(
				'succeededAt' => $this->number( 'succeededAt' ),
				'failures'    => $failures,
				'nextTryAt'   => $now + Backoff::seconds( $failures, random_int( 0, 1000 ) / 1000 ),
				'lastError'   => mb_substr( $why, 0, 500 ),
			),
			false
		);
	}

	/** What went wrong last; empty when the last delivery succeeded. */
	public function last_error(): string {
		$error = Options::record( Options::DELIVERY )['lastError'] ?? '';
		return is_string( $error ) ? $error : '';
	}

	/** Unix time of the last delivery that succeeded; 0 when none did. */
	public function succeeded_at(): int {
		return $this->number( 'succeededAt' );
	}

	public function forget(): void {
		delete_option( Options::DELIVERY );
	}

	private function number( string $key ): int {
		$value = Options::record( Options::DELIVERY )[ $key ] ?? 0;
		return is_int( $value ) ? $value : 0;
	}
}
