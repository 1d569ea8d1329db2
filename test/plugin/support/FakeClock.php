<?php

declare( strict_types=1 );

namespace ArBridge\Test;

/** A clock that stands still until it is moved. Loaded late: its parent needs ABSPATH. */
function fake_clock( int $seconds ): \ArBridge\Clock {
	return new class( $seconds ) extends \ArBridge\Clock {
		public function __construct( public int $now ) {}
		public function seconds(): int {
			return $this->now;
		}
		public function micros(): int {
			return $this->now * 1_000_000;
		}
	};
}
