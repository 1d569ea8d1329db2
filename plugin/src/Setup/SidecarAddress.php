<?php

declare( strict_types=1 );

namespace ArBridge\Setup;

use ArBridge\Problem;
use WP_Error;

defined( 'ABSPATH' ) || exit;

/** Reads the address a person typed for the sidecar. */
final class SidecarAddress {

	/**
	 * @return string|WP_Error The address without a slash at its end, or what is wrong with it.
	 */
	public static function parse( string $typed ) {
		$typed = trim( $typed );
		$parts = wp_parse_url( $typed );
		if ( ! is_array( $parts ) || ! isset( $parts['scheme'], $parts['host'] ) || ! in_array( strtolower( $parts['scheme'] ), array( 'http', 'https' ), true ) ) {
			return self::refused( __( 'The address of the sidecar begins with https:// (or http:// when it runs on this machine) and names a host.', 'ar-bridge' ) );
		}
		if ( isset( $parts['user'] ) || isset( $parts['pass'] ) || isset( $parts['query'] ) || isset( $parts['fragment'] ) || 1 === preg_match( '/[\s\\\\]|[^\x21-\x7e]/', $typed ) ) {
			return self::refused( __( 'The address of the sidecar holds no user name, no question mark, no # and no spaces.', 'ar-bridge' ) );
		}
		if ( 'http' === strtolower( $parts['scheme'] ) && ! self::is_this_machine( trim( $parts['host'], '[]' ) ) ) {
			return self::refused( __( 'Without TLS the sidecar may only be on this machine: the pairing hands over a key to the store. Use an https:// address.', 'ar-bridge' ) );
		}
		return untrailingslashit( $typed );
	}

	/** True when every address of the host is a loopback address. */
	private static function is_this_machine( string $host ): bool {
		$addresses = false !== filter_var( $host, FILTER_VALIDATE_IP ) ? array( $host ) : gethostbynamel( $host );
		if ( ! is_array( $addresses ) || ! $addresses ) {
			return false;
		}
		foreach ( $addresses as $address ) {
			$bytes = inet_pton( $address );
			$is_v4 = false !== $bytes && 4 === strlen( $bytes ) && 127 === ord( $bytes[0] );
			$is_v6 = false !== $bytes && 16 === strlen( $bytes ) && str_repeat( "\0", 15 ) . "\1" === $bytes;
			if ( ! $is_v4 && ! $is_v6 ) {
				return false;
			}
		}
		return true;
	}

	private static function refused( string $message ): WP_Error {
		return Problem::error( 'pairing.bad_address', 400, $message, __( 'Correct the address; the sidecar prints it when it starts.', 'ar-bridge' ) );
	}
}
