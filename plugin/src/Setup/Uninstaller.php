<?php

declare( strict_types=1 );

namespace ArBridge\Setup;

use ArBridge\Customers\AccountNumbers;
use ArBridge\Delivery\Schedule;
use ArBridge\Schema\Tables;
use ArBridge\Settings\Options;
use ArBridge\Sidecar\ToldNotices;

defined( 'ABSPATH' ) || exit;

/**
 * Removes what the plugin left: the secret, the sidecar's REST key, the job, all options,
 * the account numbers and seen notices at the users, and the tables of what waits.
 *
 * The payment table stays, because WooCommerce keeps no paid amount anywhere: without it a later installation could only assume what
 * was paid. It holds order ids, amounts and transaction ids, no secret. `define( 'AR_BRIDGE_REMOVE_ALL_DATA', true );` in wp-config.php
 * removes it too.
 */
final class Uninstaller {

	public const REMOVE_ALL_DATA = 'AR_BRIDGE_REMOVE_ALL_DATA';

	public static function run(): void {
		if ( ! is_multisite() ) {
			self::remove_from_this_site();
			return;
		}
		$sites = get_sites(
			array(
				'fields' => 'ids',
				'number' => 0,
			)
		);
		foreach ( is_array( $sites ) ? $sites : array() as $site ) {
			switch_to_blog( (int) $site );
			self::remove_from_this_site();
			restore_current_blog();
		}
	}

	private static function remove_from_this_site(): void {
		$key = Options::record( Options::CONNECTION )['restKeyId'] ?? 0;
		RestKey::delete( is_numeric( $key ) ? (int) $key : 0 );
		Schedule::cancel();
		AccountNumbers::forget_all();
		ToldNotices::forget_all();
		Tables::drop( defined( self::REMOVE_ALL_DATA ) && true === constant( self::REMOVE_ALL_DATA ) );
		foreach ( Options::ALL as $option ) {
			delete_option( $option );
		}
	}
}
