<?php

declare( strict_types=1 );

namespace ArBridge\Delivery;

use ArBridge\Schema\Database;
use Closure;

defined( 'ABSPATH' ) || exit;

/**
 * Sends at the end of a request, when and only when the shopper already has the whole answer: PHP-FPM and LiteSpeed can close the
 * connection and go on. Elsewhere nothing is sent in a request; the recurring job and the sidecar's pull do it.
 */
final class AfterResponse {

	/** @param Closure(): Delivery $delivery Asked only when something is sent: where nothing is, nothing is loaded. */
	public function __construct( private Closure $delivery ) {}

	/** Called when the request's changes are settled. */
	public function run(): void {
		if ( ! wp_doing_cron() && ! self::died() && self::close_connection() && ! self::inside_transaction() ) {
			( $this->delivery )()->send_once();
		}
	}

	/** After a fatal error the state of the connection is unknown. */
	private static function died(): bool {
		$error = error_get_last();
		return null !== $error && 0 !== ( $error['type'] & ( E_ERROR | E_PARSE | E_CORE_ERROR | E_COMPILE_ERROR | E_USER_ERROR | E_RECOVERABLE_ERROR ) );
	}

	/**
	 * Whether somebody left a transaction open: the end of the connection will roll it back, so its rows must not be sent.
	 * Outside a transaction MySQL drops a savepoint at once, and releasing it is an error.
	 */
	private static function inside_transaction(): bool {
		$wpdb       = Database::wpdb();
		$suppressed = $wpdb->suppress_errors( true );
		Database::run( 'SAVEPOINT ar_bridge' );
		$inside = null !== Database::run( 'RELEASE SAVEPOINT ar_bridge' );
		$wpdb->suppress_errors( $suppressed );
		return $inside;
	}

	private static function close_connection(): bool {
		if ( function_exists( 'fastcgi_finish_request' ) ) {
			return fastcgi_finish_request();
		}
		if ( function_exists( 'litespeed_finish_request' ) ) {
			return litespeed_finish_request();
		}
		return false;
	}
}
