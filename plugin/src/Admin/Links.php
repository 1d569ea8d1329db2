<?php

declare( strict_types=1 );

namespace ArBridge\Admin;

defined( 'ABSPATH' ) || exit;

/** Links in the plugin's row on the Plugins page. */
final class Links {

	public function __construct( private string $basename, private string $readme_url ) {}

	public function register(): void {
		add_filter( 'plugin_action_links_' . $this->basename, array( $this, 'actions' ) );
		add_filter( 'plugin_row_meta', array( $this, 'meta' ), 10, 2 );
	}

	/**
	 * @param mixed $links
	 * @return array<int|string, mixed>
	 */
	public function actions( $links ): array {
		$settings = sprintf( '<a href="%s">%s</a>', esc_url( Page::url( 'connections' ) ), esc_html__( 'Settings', 'ar-bridge' ) );
		return array( 'settings' => $settings ) + ( is_array( $links ) ? $links : array() );
	}

	/**
	 * @param mixed $links
	 * @param mixed $file
	 * @return mixed
	 */
	public function meta( $links, $file ) {
		if ( is_array( $links ) && $file === $this->basename ) {
			$links[] = sprintf( '<a href="%s">%s</a>', esc_url( $this->readme_url ), esc_html__( 'Docs', 'ar-bridge' ) );
		}
		return $links;
	}
}
