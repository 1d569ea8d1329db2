<?php

declare( strict_types=1 );

namespace ArBridge\Settings;

use ArBridge\Security\SecretStore;
use ArBridge\Setup\SidecarAddress;
use ArBridge\Site;

defined( 'ABSPATH' ) || exit;

/**
 * The pairing with one sidecar: where it is, for which site it was made, and whether it still holds.
 *
 * A copy of a shop carries the pairing of the original. It must neither send its test orders to the original's
 * sidecar nor steer it, so the pairing counts only on the site it was made for.
 */
final class Connection {

	public const URL = 'AR_BRIDGE_SIDECAR_URL';

	public function __construct( private SecretStore $secrets ) {}

	/** Base address without a slash at its end; empty when nobody paired yet. The environment overrides what pairing stored. */
	public function sidecar_url(): string {
		return untrailingslashit( Options::external( self::URL ) ?? $this->text( 'sidecarUrl' ) );
	}

	/** Why nothing can be sent: `unpaired`, `secret-lost`, `bad-address`, `other-site`; null when paired. */
	public function problem(): ?string {
		$state = $this->secrets->state();
		if ( SecretStore::LOST === $state ) {
			return 'secret-lost';
		}
		if ( SecretStore::NONE === $state || '' === $this->sidecar_url() ) {
			return 'unpaired';
		}
		$external = Options::external( self::URL );
		if ( null !== $external && is_wp_error( SidecarAddress::parse( $external ) ) ) {
			return 'bad-address'; // What pairing refuses, a variable must not bring in: the page sends Oracle's credentials over this way.
		}
		$site = $this->text( 'site' );
		return '' === $site || Site::id() === $site ? null : 'other-site';
	}

	public function is_paired(): bool {
		return null === $this->problem();
	}

	/** The site the pairing was made for; empty when there is none, or when it was set up in wp-config.php alone. */
	public function paired_site(): string {
		return $this->text( 'site' );
	}

	/** Instant of the pairing, or null. */
	public function paired_at(): ?string {
		$at = $this->text( 'pairedAt' );
		return '' === $at ? null : $at;
	}

	/** Row id of the WooCommerce REST key that the sidecar got; 0 when there is none. */
	public function rest_key_id(): int {
		$id = Options::record( Options::CONNECTION )['restKeyId'] ?? 0;
		return is_numeric( $id ) ? (int) $id : 0;
	}

	public function keep( string $sidecar_url, int $rest_key_id, string $paired_at ): void {
		update_option(
			Options::CONNECTION,
			array(
				'sidecarUrl' => $sidecar_url,
				'site'       => Site::id(),
				'restKeyId'  => $rest_key_id,
				'pairedAt'   => $paired_at,
			),
			false
		);
	}

	public function forget(): void {
		delete_option( Options::CONNECTION );
	}

	private function text( string $key ): string {
		$value = Options::record( Options::CONNECTION )[ $key ] ?? '';
		return is_string( $value ) ? $value : '';
	}
}
