<?php

declare( strict_types=1 );

namespace ArBridge\Admin;

defined( 'ABSPATH' ) || exit;

/** A section under WooCommerce > Settings > Advanced, for those who look for us there: it leads to the page. */
final class SettingsSection {

	private const ID = 'ar_bridge';

	public function register(): void {
		add_filter( 'woocommerce_get_sections_advanced', array( self::class, 'add' ) );
		add_filter( 'woocommerce_get_settings_advanced', array( self::class, 'settings' ), 10, 2 );
	}

	/**
	 * @param mixed $sections
	 * @return array<int|string, mixed>
	 */
	public static function add( $sections ): array {
		return ( is_array( $sections ) ? $sections : array() ) + array( self::ID => __( 'AR Bridge', 'ar-bridge' ) );
	}

	/**
	 * @param mixed $settings
	 * @param mixed $section
	 * @return mixed
	 */
	public static function settings( $settings, $section ) {
		if ( self::ID !== $section ) {
			return $settings;
		}
		$GLOBALS['hide_save_button'] = true; // WooCommerce's own switch; there is nothing to save here.

		$lead = esc_html__( 'Orders, payments and refunds of this store in Oracle Fusion Receivables: connections, accounts and the state of each order are on a page of their own.', 'ar-bridge' );
		$link = sprintf( '<a class="button button-primary" href="%s">%s</a>', esc_url( Page::url() ), esc_html__( 'Open AR Bridge', 'ar-bridge' ) );
		return array(
			array(
				'type'  => 'title',
				'id'    => self::ID,
				'title' => __( 'AR Bridge', 'ar-bridge' ),
				'desc'  => "$lead</p><p>$link",
			),
			array(
				'type' => 'sectionend',
				'id'   => self::ID,
			),
		);
	}
}
