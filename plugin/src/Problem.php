<?php

declare( strict_types=1 );

namespace ArBridge;

use WP_Error;

defined( 'ABSPATH' ) || exit;

/** Faults for people: a stable code, what was found, what to do. Rest\ErrorShape writes them out. */
final class Problem {

	public static function error( string $code, int $status, string $message, string $action ): WP_Error {
		return new WP_Error(
			$code,
			$message,
			array(
				'status' => $status,
				'action' => $action,
			)
		);
	}

	public static function unreachable( string $url, string $why ): WP_Error {
		return self::error(
			'sidecar.unreachable',
			502,
			/* translators: 1: web address, 2: reason, in English */
			sprintf( __( 'No answer from the AR Bridge sidecar at %1$s: %2$s', 'ar-bridge' ), $url, $why ),
			__( 'Start it on its machine with `npm run sidecar` (or start its service), and check that this server may connect to that address.', 'ar-bridge' )
		);
	}

	/** Why nothing goes to the sidecar, by Settings\Connection::problem(). */
	public static function of_connection( string $problem, string $paired_site ): WP_Error {
		switch ( $problem ) {
			case 'secret-lost':
				return self::error( 'pairing.secret_lost', 409, __( 'The secret shared with the sidecar cannot be read any more: the keys and salts of this site were changed, or AR_BRIDGE_SECRET is not base64 of 32 bytes.', 'ar-bridge' ), __( 'Pair again under Connections, or correct AR_BRIDGE_SECRET.', 'ar-bridge' ) );
			case 'bad-address':
				return self::error( 'pairing.bad_address', 409, __( 'AR_BRIDGE_SIDECAR_URL (environment or wp-config.php) is no address to use: it must begin with https://, or with http:// when the sidecar runs on this machine.', 'ar-bridge' ), __( 'Correct AR_BRIDGE_SIDECAR_URL.', 'ar-bridge' ) );
			case 'other-site':
				/* translators: %s: web address */
				return self::error( 'pairing.other_site', 409, sprintf( __( 'This site carries the pairing of %s: it is a copy of that site, or its address has changed. Nothing is sent.', 'ar-bridge' ), $paired_site ), __( 'Pair this site with a sidecar of its own. If only its address changed, pair it again with the same one.', 'ar-bridge' ) );
			default:
				return self::error( 'pairing.unpaired', 409, __( 'This site is not paired with a sidecar yet.', 'ar-bridge' ), __( 'Pair it under WooCommerce > AR Bridge.', 'ar-bridge' ) );
		}
	}
}
