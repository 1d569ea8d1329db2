<?php

declare( strict_types=1 );

namespace ArBridge\Test;

use ArBridge\Delivery\Backoff;
use PHPUnit\Framework\TestCase;

final class BackoffTest extends TestCase {

	public function test_the_wait_doubles_from_five_seconds_to_a_quarter_of_an_hour(): void {
		$this->assertSame( array( 5, 10, 20, 40, 80, 160, 320, 640, 900, 900 ), array_map( static fn ( int $failures ): int => Backoff::seconds( $failures, 1.0 ), range( 1, 10 ) ) );
		$this->assertSame( 900, Backoff::seconds( 5000, 1.0 ) );
	}

	public function test_half_of_the_wait_is_drawn_by_lot(): void {
		$this->assertSame( 320, Backoff::seconds( 8, 0.0 ) );
		$this->assertSame( 480, Backoff::seconds( 8, 0.5 ) );
	}
}
