<?php

declare( strict_types=1 );

namespace ArBridge\Admin;

defined( 'ABSPATH' ) || exit;

/** The page "AR Bridge" under WooCommerce: an element for the React page to fill. */
final class Page {

	public const SLUG = 'ar-bridge';

	public function __construct( private Assets $assets ) {}

	public static function url( string $tab = '' ): string {
		return admin_url( 'admin.php?page=' . self::SLUG . ( '' === $tab ? '' : "&tab=$tab" ) );
	}

	public function register(): void {
		$hook = add_submenu_page( 'woocommerce', __( 'AR Bridge', 'ar-bridge' ), __( 'AR Bridge', 'ar-bridge' ), Admin::CAPABILITY, self::SLUG, array( $this, 'render' ) );
		add_action(
			'admin_enqueue_scripts',
			function ( string $current ) use ( $hook ): void {
				if ( $current === $hook ) {
					$this->assets->enqueue( Assets::PAGE );
				}
			}
		);
	}

	public function render(): void {
		echo '<div class="wrap">';
		if ( $this->assets->exists( Assets::PAGE ) ) {
			echo '<div id="ar-bridge-admin"></div>';
			echo '<noscript>' . esc_html__( 'AR Bridge needs JavaScript.', 'ar-bridge' ) . '</noscript>';
		} else {
			// Only in a working copy: the zip contains the built page.
			echo '<h1>' . esc_html__( 'AR Bridge', 'ar-bridge' ) . '</h1><div class="notice notice-error inline"><p>' . esc_html( Notices::build_missing() ) . '</p></div>';
		}
		echo '</div>';
	}
}
