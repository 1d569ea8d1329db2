<?php

declare( strict_types=1 );

namespace ArBridge\Delivery;

use ArBridge\Clock;
use ArBridge\Schema\Database;
use ArBridge\Settings\Options;

defined( 'ABSPATH' ) || exit;

/**
 * One sender at a time. When the sidecar hangs, a sale's worth of requests would otherwise wait for it side by side, each holding a PHP
 * worker of the shop. Who does not get the lock sends nothing: the row stays, and the next sender or the sidecar's pull takes it.
 * A row of the options table, inserted or not: what WordPress' own updater does (WP_Upgrader::create_lock).
 */
final class SendLock {

	/** Longer than one call; after that a dead process no longer holds it. */
	private const SECONDS = 10;

	public function __construct( private Clock $clock ) {}

	public function take(): bool {
		$now   = $this->clock->seconds();
		$until = (string) ( $now + self::SECONDS );
		$table = Database::wpdb()->options;
		return 1 === Database::run( 'INSERT IGNORE INTO %i (option_name, option_value, autoload) VALUES (%s, %s, %s)', $table, Options::SENDING, $until, 'off' )
			|| 1 === Database::run( 'UPDATE %i SET option_value = %s WHERE option_name = %s AND option_value <= %s', $table, $until, Options::SENDING, (string) $now );
	}

	public function free(): void {
		Database::run( 'DELETE FROM %i WHERE option_name = %s', Database::wpdb()->options, Options::SENDING );
	}
}
