<?php

declare( strict_types=1 );

namespace ArBridge\Delivery;

defined( 'ABSPATH' ) || exit;

/** How long to wait after failures in a row. */
final class Backoff {

	public const FIRST_SECONDS   = 5;
	public const LONGEST_SECONDS = 900;

	/**
	 * Doubles with each failure, then half of it is drawn by lot, so that the heads of a shop do not knock together:
	 * 1 failure 2.5-5 s, 2: 5-10, 3: 10-20, 4: 20-40, 5: 40-80, 6: 80-160, 7: 160-320, 8: 320-640, from the ninth on 450-900.
	 *
	 * @param int   $failures In a row, at least 1.
	 * @param float $random   From 0 to 1.
	 */
	public static function seconds( int $failures, float $random ): int {
		$whole = min( self::LONGEST_SECONDS, self::FIRST_SECONDS * 2 ** min( 20, max( 0, $failures - 1 ) ) );
		return (int) ceil( $whole * ( 1 + $random ) / 2 );
	}
}
