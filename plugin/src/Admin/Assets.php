<?php

declare( strict_types=1 );

namespace ArBridge\Admin;

use ArBridge\Plugin;
use ArBridge\Rest\Proxy;
use ArBridge\Settings\Connection;
use ArBridge\Site;

defined( 'ABSPATH' ) || exit;

/** The scripts that @wordpress/scripts built into build/: `admin` for our page, `order` for the order screens. */
final class Assets {

	public const PAGE  = 'admin';
	public const ORDER = 'order';

	public function __construct( private string $file, private Connection $connection ) {}

	/** Whether this script was built. */
	public function exists( string $name ): bool {
		return is_readable( $this->path( "$name.js" ) ) && is_readable( $this->path( "$name.asset.php" ) );
	}

	/** Puts a script, its style and `window.arBridge` on the page that is being made. */
	public function enqueue( string $name ): void {
		if ( ! $this->exists( $name ) ) {
			return;
		}
		$asset   = require $this->path( "$name.asset.php" );
		$asset   = is_array( $asset ) ? $asset : array();
		$version = is_string( $asset['version'] ?? null ) ? $asset['version'] : Plugin::VERSION;
		$handle  = "ar-bridge-$name";
		$needs   = array();
		foreach ( is_array( $asset['dependencies'] ?? null ) ? $asset['dependencies'] : array() as $dependency ) {
			if ( is_string( $dependency ) && '' !== $dependency ) {
				$needs[] = $dependency;
			}
		}
		wp_enqueue_script( $handle, $this->url( "$name.js" ), $needs, $version, array( 'in_footer' => true ) );
		wp_set_script_translations( $handle, 'ar-bridge', plugin_dir_path( $this->file ) . 'languages' );
		wp_add_inline_script( $handle, 'window.arBridge = ' . wp_json_encode( $this->settings(), JSON_HEX_TAG | JSON_UNESCAPED_SLASHES ) . ';', 'before' );
		foreach ( array( $name, "style-$name" ) as $style ) {
			if ( is_readable( $this->path( "$style.css" ) ) ) {
				wp_enqueue_style( "ar-bridge-$style", $this->url( "$style.css" ), array( 'wp-components' ), $version );
				wp_style_add_data( "ar-bridge-$style", 'rtl', 'replace' );
			}
		}
	}

	/**
	 * What the scripts need to know; no secret is among it.
	 *
	 * @return array<string, string|bool|int>
	 */
	private function settings(): array {
		return array(
			'restNamespace'       => Proxy::REST_NAMESPACE,
			'adminUrl'            => Page::url(),
			'orderEditUrlPattern' => Site::uses_hpos() ? admin_url( 'admin.php?page=wc-orders&action=edit&id=%d' ) : admin_url( 'post.php?post=%d&action=edit' ),
			'version'             => Plugin::VERSION,
			'paired'              => $this->connection->is_paired(),
			'locale'              => str_replace( '_', '-', get_user_locale() ),
			'timeZone'            => wp_timezone_string(),
			'currency'            => get_woocommerce_currency(),
			'priceDecimals'       => (int) wc_get_price_decimals(),
		);
	}

	private function path( string $file ): string {
		return plugin_dir_path( $this->file ) . 'build/' . $file;
	}

	private function url( string $file ): string {
		return plugins_url( 'build/' . $file, $this->file );
	}
}
