<?php

declare( strict_types=1 );

namespace ArBridge\Setup;

use ArBridge\Schema\Database;

defined( 'ABSPATH' ) || exit;

/**
 * The WooCommerce REST key that the sidecar reads the store with. WooCommerce has no public function for it; this is what its settings
 * page does (class-wc-ajax.php, update_api_key). Read permission: the sidecar changes nothing in the store.
 */
final class RestKey {

	/** What the key's user must be allowed to: read orders, customers, settings. */
	private const CAPABILITIES = array( 'read_private_shop_orders', 'list_users', 'manage_woocommerce' );

	/**
	 * Capabilities that the user lacks.
	 *
	 * @return list<string>
	 */
	public static function missing_capabilities( int $user_id ): array {
		return array_values( array_filter( self::CAPABILITIES, static fn( string $capability ): bool => ! user_can( $user_id, $capability ) ) );
	}

	/**
	 * @return array{id: int, key: string, secret: string}|null Null when the database refused.
	 */
	public static function create( int $user_id ): ?array {
		$wpdb   = Database::wpdb();
		$key    = 'ck_' . wc_rand_hash();
		$secret = 'cs_' . wc_rand_hash();
		// phpcs:ignore WordPress.DB.DirectDatabaseQuery -- there is no function for it.
		$done = $wpdb->insert(
			$wpdb->prefix . 'woocommerce_api_keys',
			array(
				'user_id'         => $user_id,
				'description'     => __( 'AR Bridge sidecar', 'ar-bridge' ),
				'permissions'     => 'read',
				'consumer_key'    => wc_api_hash( $key ),
				'consumer_secret' => $secret,
				'truncated_key'   => substr( $key, -7 ),
			),
			array( '%d', '%s', '%s', '%s', '%s', '%s' )
		);
		return false === $done ? null : array(
			'id'     => $wpdb->insert_id,
			'key'    => $key,
			'secret' => $secret,
		);
	}

	public static function delete( int $id ): void {
		if ( $id > 0 ) {
			$wpdb = Database::wpdb();
			// phpcs:ignore WordPress.DB.DirectDatabaseQuery -- there is no function for it.
			$wpdb->delete( $wpdb->prefix . 'woocommerce_api_keys', array( 'key_id' => $id ), array( '%d' ) );
		}
	}
}
