<?php

declare( strict_types=1 );

namespace ArBridge;

defined( 'ABSPATH' ) || exit;

/** The time of day, in one place so that tests can move it. */
class Clock {

	/** Unix time in whole seconds. */
	public function seconds(): int {
		return time();
	}

	/** Unix time in microseconds: 16 digits, an exact integer in PHP, SQL and JavaScript alike. */
	public function micros(): int {
		return (int) ( microtime( true ) * 1_000_000 );
	}

	/** An instant as ISO 8601 in UTC with `Z`. */
	public static function instant( int $seconds ): string {
		return gmdate( 'Y-m-d\TH:i:s\Z', $seconds );
	}
}
