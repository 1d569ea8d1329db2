<?php

declare( strict_types=1 );

namespace ArBridge\Setup;

use ArBridge\Clock;
use ArBridge\Delivery\DeliveryState;
use ArBridge\Delivery\Schedule;
use ArBridge\Plugin;
use ArBridge\Problem;
use ArBridge\Security\SecretStore;
use ArBridge\Settings\Connection;
use ArBridge\Sidecar\SidecarClient;
use ArBridge\Sidecar\ToldNotices;
use ArBridge\Sidecar\Unreachable;
use ArBridge\Site;
use WP_Error;

defined( 'ABSPATH' ) || exit;

/** Joins this site and one sidecar, and parts them again. */
final class Pairing {

	private const TIMEOUT_SECONDS = 15.0;
	/** Parting is told to the other side, but does not depend on it. */
	private const FAREWELL_SECONDS = 5.0;

	public function __construct(
		private SidecarClient $sidecar,
		private SecretStore $secrets,
		private Connection $connection,
		private DeliveryState $delivery,
		private Clock $clock
	) {}

	/**
	 * Hands a new REST key to the sidecar and takes the shared secret from it. When anything fails, the key is deleted and the pairing that
	 * was there stays.
	 *
	 * @param string $typed   Address of the sidecar.
	 * @param string $code    As the sidecar printed it.
	 * @param int    $user_id Whose rights the REST key has.
	 * @return true|WP_Error Codes: pairing.bad_address, pairing.user, pairing.no_key, sidecar.unreachable, pairing.no_secret,
	 *                       pairing.other_secret, or the sidecar's own (pairing.wrong_code).
	 */
	public function pair( string $typed, string $code, int $user_id ) {
		$url = SidecarAddress::parse( $typed );
		if ( is_wp_error( $url ) ) {
			return $url;
		}
		$missing = RestKey::missing_capabilities( $user_id );
		if ( $missing ) {
			/* translators: %s: names of capabilities */
			return Problem::error( 'pairing.user', 403, sprintf( __( 'The sidecar reads the store with your rights, and you lack: %s.', 'ar-bridge' ), implode( ', ', $missing ) ), __( 'Let an administrator or a shop manager pair.', 'ar-bridge' ) );
		}
		$key = RestKey::create( $user_id );
		if ( null === $key ) {
			return Problem::error( 'pairing.no_key', 500, __( 'WooCommerce could not store a REST key.', 'ar-bridge' ), __( 'Look into the log of the database, then try again.', 'ar-bridge' ) );
		}
		$secret = $this->exchange( $url, $code, $key );
		if ( is_wp_error( $secret ) ) {
			RestKey::delete( $key['id'] );
			return $secret;
		}

		$former_key    = $this->connection->rest_key_id();
		$former_url    = $this->connection->sidecar_url();
		$former_secret = $this->connection->is_paired() ? $this->secrets->current() : null;
		if ( ! $this->secrets->keep( $secret ) ) {
			RestKey::delete( $key['id'] );
			$this->say_farewell( $url, (string) base64_decode( $secret, true ) );
			return Problem::error( 'pairing.other_secret', 409, __( 'AR_BRIDGE_SECRET is set on this site (environment or wp-config.php), and the sidecar has another one.', 'ar-bridge' ), __( 'Give both the same AR_BRIDGE_SECRET, or remove it here and pair again.', 'ar-bridge' ) );
		}
		$this->connection->keep( $url, $key['id'], Clock::instant( $this->clock->seconds() ) );
		$this->delivery->forget();
		ToldNotices::forget();
		RestKey::delete( $former_key );
		if ( null !== $former_secret && $former_url !== $url ) {
			$this->say_farewell( $former_url, $former_secret );
		}
		Schedule::ensure();
		return true;
	}

	/** Parts from the sidecar: secret, REST key and job go, what waits stays. */
	public function unpair(): void {
		$secret = $this->connection->is_paired() ? $this->secrets->current() : null;
		if ( null !== $secret ) {
			$this->say_farewell( $this->connection->sidecar_url(), $secret );
		}
		$this->forget();
	}

	/** The same without telling the sidecar. */
	public function forget(): void {
		RestKey::delete( $this->connection->rest_key_id() );
		$this->secrets->forget();
		$this->connection->forget();
		$this->delivery->forget();
		ToldNotices::forget();
		Schedule::cancel();
	}

	/**
	 * @param array{id: int, key: string, secret: string} $key
	 * @return string|WP_Error The shared secret, base64.
	 */
	private function exchange( string $url, string $code, array $key ) {
		$body = (string) wp_json_encode(
			array(
				'code'           => trim( $code ),
				'siteUrl'        => Site::id(),
				'restUrl'        => rest_url(),
				'storeUrl'       => home_url(),
				'consumerKey'    => $key['key'],
				'consumerSecret' => $key['secret'],
				'pluginVersion'  => Plugin::VERSION,
				'wooVersion'     => Site::woo_version(),
			)
		);
		try {
			$answer = $this->sidecar->pair( $url, $body, self::TIMEOUT_SECONDS );
		} catch ( Unreachable $unreachable ) {
			return Problem::unreachable( $url, $unreachable->getMessage() );
		}
		if ( ! $answer->is_ok() ) {
			return Problem::error( $answer->error_code(), $answer->status >= 400 && $answer->status < 500 ? $answer->status : 502, $answer->error_message(), $answer->error_action() ?? __( 'Take the pairing code that the sidecar prints when it starts, and try again.', 'ar-bridge' ) );
		}
		$json   = $answer->json();
		$secret = is_array( $json ) ? ( $json['secret'] ?? null ) : null;
		$raw    = is_string( $secret ) ? base64_decode( $secret, true ) : false;
		if ( ! is_string( $secret ) || false === $raw || SODIUM_CRYPTO_SECRETBOX_KEYBYTES !== strlen( $raw ) ) {
			/* translators: %s: web address */
			return Problem::error( 'pairing.no_secret', 502, sprintf( __( 'What answers at %s is not an AR Bridge sidecar: its answer held no secret.', 'ar-bridge' ), $url ), __( 'Check the address and the port.', 'ar-bridge' ) );
		}
		return $secret;
	}

	/** @param string $secret Raw bytes. */
	private function say_farewell( string $url, string $secret ): void {
		try {
			$this->sidecar->call_at( $url, $secret, 'POST', '/v1/unpair', '{}', self::FAREWELL_SECONDS );
		} catch ( Unreachable $unreachable ) {
			// Its next signed call will be refused, and says why.
			wc_get_logger()->warning( 'The sidecar could not be told that it is unpaired: ' . $unreachable->getMessage(), array( 'source' => 'ar-bridge' ) );
		}
	}
}
