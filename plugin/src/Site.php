<?php

declare( strict_types=1 );

namespace ArBridge;

use Automattic\WooCommerce\Utilities\OrderUtil;

defined( 'ABSPATH' ) || exit;

/** What this site says about itself to the sidecar. */
final class Site {

	/** The name under which the sidecar knows this site: its home address as stored, unfiltered, so that a language plugin cannot change it. */
	public static function id(): string {
		$home = get_option( 'home' );
		return untrailingslashit( is_string( $home ) ? $home : '' );
	}

	/** Consumer keys work below /wp-json/ only (WC_REST_Authentication), so the sidecar needs pretty permalinks. */
	public static function has_pretty_permalinks(): bool {
		$structure = get_option( 'permalink_structure' );
		return is_string( $structure ) && '' !== $structure;
	}

	public static function uses_hpos(): bool {
		return class_exists( OrderUtil::class ) && OrderUtil::custom_orders_table_usage_is_enabled();
	}

	public static function woo_version(): string {
		$version = defined( 'WC_VERSION' ) ? constant( 'WC_VERSION' ) : '';
		return is_string( $version ) ? $version : '';
	}

	/**
	 * The answer of `GET site`, as sidecar/decisions/0001 names it.
	 *
	 * @return array<string, string|bool|int>
	 */
	public static function describe(): array {
		return array(
			'site'             => self::id(),
			'restUrl'          => rest_url(),
			'home'             => home_url(),
			'pluginVersion'    => Plugin::VERSION,
			'wooVersion'       => self::woo_version(),
			'wpVersion'        => get_bloginfo( 'version' ),
			'phpVersion'       => PHP_VERSION,
			'hpos'             => self::uses_hpos(),
			'prettyPermalinks' => self::has_pretty_permalinks(),
			'timeZone'         => wp_timezone_string(),
			'currency'         => get_woocommerce_currency(),
			'priceDecimals'    => (int) wc_get_price_decimals(),
		);
	}
}
