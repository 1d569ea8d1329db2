<?php

declare( strict_types=1 );

namespace ArBridge\Security;

use ArBridge\Clock;
use ArBridge\Settings\Options;

defined( 'ABSPATH' ) || exit;

/**
 * The secret shared with the sidecar: 32 random bytes.
 *
 * Taken from the environment or wp-config.php (AR_BRIDGE_SECRET, base64), else from an option that is encrypted with a key made of
 * AR_BRIDGE_ENCRYPTION_KEY or, without it, of the site's salts. That guards a leaked database dump, not a hacked site. When the salts
 * change the stored secret cannot be read any more: state() says LOST, and a person pairs again.
 * The secret is never put into HTML, a REST answer, a log or an exception.
 */
final class SecretStore {

	public const NAME           = 'AR_BRIDGE_SECRET';
	public const ENCRYPTION_KEY = 'AR_BRIDGE_ENCRYPTION_KEY';

	public const NONE     = 'none';
	public const STORED   = 'stored';
	public const EXTERNAL = 'external';
	public const LOST     = 'lost';

	/** How long the previous secret stays valid after a new pairing. */
	public const ROTATION_SECONDS = 600;

	private const BYTES = SODIUM_CRYPTO_SECRETBOX_KEYBYTES;

	public function __construct( private Clock $clock ) {}

	/** NONE, STORED, EXTERNAL (environment or wp-config.php), or LOST. An external value that is no secret counts as LOST. */
	public function state(): string {
		$external = Options::external( self::NAME );
		if ( null !== $external ) {
			return null === self::decode( $external ) ? self::LOST : self::EXTERNAL;
		}
		$boxes = $this->boxes();
		if ( '' === $boxes['current'] ) {
			return self::NONE;
		}
		return null === $this->open( $boxes['current'] ) ? self::LOST : self::STORED;
	}

	/** The secret to sign with; null when there is none that can be read. */
	public function current(): ?string {
		$external = Options::external( self::NAME );
		return null !== $external ? self::decode( $external ) : $this->open( $this->boxes()['current'] );
	}

	/**
	 * All secrets a call may be signed with now.
	 *
	 * @return list<string>
	 */
	public function accepted(): array {
		$boxes  = $this->boxes();
		$former = $this->clock->seconds() < $boxes['until'] ? $this->open( $boxes['previous'] ) : null;
		return array_values( array_filter( array( $this->current(), $former ), 'is_string' ) );
	}

	/**
	 * Stores the secret of a new pairing; the one before stays valid for ROTATION_SECONDS.
	 *
	 * @param string $secret Base64 of 32 bytes.
	 * @return bool False when it is not, or when the environment or wp-config.php holds another one.
	 */
	public function keep( string $secret ): bool {
		$raw = self::decode( $secret );
		if ( null === $raw ) {
			return false;
		}
		if ( null !== Options::external( self::NAME ) ) {
			$current = $this->current();
			return null !== $current && hash_equals( $current, $raw );
		}
		$former = $this->open( $this->boxes()['current'] );
		update_option(
			Options::SECRET,
			array(
				'current'  => $this->seal( $raw ),
				'previous' => null === $former ? '' : $this->seal( $former ),
				'until'    => null === $former ? 0 : $this->clock->seconds() + self::ROTATION_SECONDS,
			),
			false
		);
		return true;
	}

	public function forget(): void {
		delete_option( Options::SECRET );
	}

	/** @return array{current: string, previous: string, until: int} */
	private function boxes(): array {
		$record = Options::record( Options::SECRET );
		return array(
			'current'  => is_string( $record['current'] ?? null ) ? $record['current'] : '',
			'previous' => is_string( $record['previous'] ?? null ) ? $record['previous'] : '',
			'until'    => is_int( $record['until'] ?? null ) ? $record['until'] : 0,
		);
	}

	private function seal( string $raw ): string {
		$nonce = random_bytes( SODIUM_CRYPTO_SECRETBOX_NONCEBYTES );
		return base64_encode( $nonce . sodium_crypto_secretbox( $raw, $nonce, self::encryption_key() ) );
	}

	private function open( string $box ): ?string {
		$bytes = base64_decode( $box, true );
		if ( false === $bytes || strlen( $bytes ) !== SODIUM_CRYPTO_SECRETBOX_NONCEBYTES + SODIUM_CRYPTO_SECRETBOX_MACBYTES + self::BYTES ) {
			return null;
		}
		$raw = sodium_crypto_secretbox_open( substr( $bytes, SODIUM_CRYPTO_SECRETBOX_NONCEBYTES ), substr( $bytes, 0, SODIUM_CRYPTO_SECRETBOX_NONCEBYTES ), self::encryption_key() );
		return false === $raw ? null : $raw;
	}

	private static function encryption_key(): string {
		return sodium_crypto_generichash( 'ar-bridge secret ' . ( Options::external( self::ENCRYPTION_KEY ) ?? wp_salt( 'auth' ) . wp_salt( 'secure_auth' ) ), '', self::BYTES );
	}

	private static function decode( string $base64 ): ?string {
		$raw = base64_decode( $base64, true );
		return false !== $raw && self::BYTES === strlen( $raw ) ? $raw : null;
	}
}
