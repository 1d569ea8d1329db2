<?php

declare( strict_types=1 );

namespace ArBridge\Security;

use ArBridge\Clock;

defined( 'ABSPATH' ) || exit;

/**
 * Signs and checks the calls between plugin and sidecar, both ways alike: HMAC-SHA256 over id, timestamp, method, request target and raw
 * body (sidecar/decisions/0001). Secrets are raw bytes here.
 */
final class Signature {

	public const ID        = 'X-AR-Bridge-Id';
	public const TIMESTAMP = 'X-AR-Bridge-Timestamp';
	public const SIGNATURE = 'X-AR-Bridge-Signature';

	/** Either way. */
	public const WINDOW_SECONDS = 300;

	/**
	 * @param string $target Request target as sent, query included.
	 * @return string `v1=` and 64 hex digits in lower case.
	 */
	public static function sign( string $secret, string $id, int $timestamp, string $method, string $target, string $body ): string {
		return 'v1=' . hash_hmac( 'sha256', "$id.$timestamp.$method.$target.$body", $secret );
	}

	/**
	 * Headers of a call that is about to be sent.
	 *
	 * @return array<string, string>
	 */
	public static function headers( string $secret, int $timestamp, string $method, string $target, string $body ): array {
		$id = wp_generate_uuid4();
		return array(
			self::ID        => $id,
			self::TIMESTAMP => (string) $timestamp,
			self::SIGNATURE => self::sign( $secret, $id, $timestamp, $method, $target, $body ),
		);
	}

	/**
	 * Checks a call that came in.
	 *
	 * @param list<string> $secrets All that are valid now: two for a while after a rotation.
	 * @return array{string, string}|null Code and message of the fault; null when the signature holds.
	 */
	public static function fault( array $secrets, string $id, string $timestamp, string $signature, int $now, string $method, string $target, string $body ): ?array {
		if ( '' === $id || '' === $timestamp || '' === $signature ) {
			return array( 'signature.missing', sprintf( 'A signed call carries the headers %s, %s and %s.', self::ID, self::TIMESTAMP, self::SIGNATURE ) );
		}
		if ( 1 !== preg_match( '/^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/D', $id ) || 1 !== preg_match( '/^\d{1,12}$/D', $timestamp ) || 1 !== preg_match( '/^v1=[0-9a-f]{64}$/D', $signature ) ) {
			return array( 'signature.malformed', 'Expected a UUID, a Unix time in seconds, and v1= with 64 hex digits in lower case.' );
		}
		if ( abs( $now - (int) $timestamp ) > self::WINDOW_SECONDS ) {
			return array( 'signature.expired', sprintf( 'Signed at %s by the sender\'s clock, but it is %s by the clock of this site: more than %d seconds apart.', Clock::instant( (int) $timestamp ), Clock::instant( $now ), self::WINDOW_SECONDS ) );
		}
		if ( ! $secrets ) {
			return array( 'signature.unpaired', 'This site holds no shared secret. Pair it under WooCommerce > AR Bridge.' );
		}
		$holds = false;
		foreach ( $secrets as $secret ) {
			$holds = hash_equals( self::sign( $secret, $id, (int) $timestamp, $method, $target, $body ), $signature ) || $holds;
		}
		return $holds ? null : array( 'signature.mismatch', 'The signature does not match: another secret, or the request was changed on its way (a proxy that rewrites the path does that).' );
	}
}
