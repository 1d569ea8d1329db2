<?php
/** What WordPress does when the plugin is deleted. It is not active then; its hooks are taken out here to the same effect. */

declare( strict_types=1 );

require __DIR__ . '/wordpress.php';
require ABSPATH . 'wp-load.php';

if ( ! empty( $args['all'] ) ) {
	define( 'AR_BRIDGE_REMOVE_ALL_DATA', true );
}
if ( empty( $args['by_url'] ) ) {
	define( 'WP_UNINSTALL_PLUGIN', 'ar-bridge/ar-bridge.php' );
}
require WP_PLUGIN_DIR . '/ar-bridge/uninstall.php';
