<?php
/** Switches WooCommerce and the plugin on, and makes a small shop of it. Twice in WordPress: what activation hooks in counts from the next request on. */

declare( strict_types=1 );

require __DIR__ . '/wordpress.php';
require ABSPATH . 'wp-load.php';
require_once ABSPATH . 'wp-admin/includes/plugin.php';

if ( empty( $args['again'] ) ) {
	$GLOBALS['wp_rewrite']->set_permalink_structure( '/%postname%/' );
	$failed = activate_plugin( 'woocommerce/woocommerce.php' );
	if ( is_wp_error( $failed ) ) {
		tell( $failed->get_error_message() );
		exit( 1 );
	}
	$php = array( PHP_BINARY, ...preg_split( '/\s+/', (string) getenv( 'AR_BRIDGE_TEST_PHP_OPTIONS' ), -1, PREG_SPLIT_NO_EMPTY ), __FILE__, $argv[1], json_encode( array( 'again' => true ) + $args ) );
	passthru( implode( ' ', array_map( 'escapeshellarg', $php ) ) );
	exit;
}

switch_theme( 'plain' );
update_option( 'woocommerce_newly_installed', 'no' );
delete_transient( '_wc_activation_redirect' );
update_option( 'woocommerce_coming_soon', 'no' );
update_option( 'woocommerce_enable_guest_checkout', 'yes' );
update_option( 'woocommerce_enable_signup_and_login_from_checkout', 'yes' );
update_option( 'woocommerce_default_country', 'US:CA' );
foreach ( array( 'cod', 'bacs', 'cheque' ) as $gateway ) {
	update_option( "woocommerce_{$gateway}_settings", array( 'enabled' => 'yes' ) );
}
WC_Install::create_pages();
wc_get_container()->get( Automattic\WooCommerce\Internal\DataStores\Orders\DataSynchronizer::class )->create_database_tables();
update_option( 'woocommerce_custom_orders_table_enabled', 'hpos' === $args['storage'] ? 'yes' : 'no' );
wp_insert_post(
	array(
		'post_type'    => 'page',
		'post_status'  => 'publish',
		'post_name'    => 'classic-checkout',
		'post_title'   => 'Classic checkout',
		'post_content' => '[woocommerce_checkout]',
	)
);
$product = new WC_Product_Simple();
$product->set_name( 'House espresso' );
$product->set_sku( 'ESP-1' );
$product->set_regular_price( '20' );
$product->set_virtual( true );
$product->save();

$failed = activate_plugin( 'ar-bridge/ar-bridge.php' );
if ( is_wp_error( $failed ) ) {
	tell( $failed->get_error_message() );
	exit( 1 );
}
flush_rewrite_rules();
tell( 'DONE' );
