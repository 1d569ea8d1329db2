<?php
/**
 * Must-use plugin of the throw-away test site: the harness's way in, and what keeps the site from reaching out.
 *
 * Plugin Name: AR Bridge test harness
 */

declare( strict_types=1 );

defined( 'ABSPATH' ) || exit;

// The SQLite drop-in refuses the "no limit" that WooCommerce writes under HPOS; an order's refunds would then read as none.
add_filter( 'query', fn( $query ) => str_replace( '18446744073709551615', '9223372036854775807', $query ) );

// An administrator's request would run what is due behind the test's back; runDueActions() does when asked.
if ( defined( 'DISABLE_WP_CRON' ) && DISABLE_WP_CRON ) {
	add_filter( 'action_scheduler_allow_async_request_runner', '__return_false' );
}

// There is no mail server, and no mail is to leave a test.
add_filter( 'pre_wp_mail', '__return_true' );

// WooCommerce is a link into a copy that all sites share; deleting the plugin would empty it.
add_action(
	'delete_plugin',
	function ( $file ) {
		if ( 0 === strpos( $file, 'woocommerce/' ) ) {
			wp_die( 'WooCommerce cannot be deleted from a test site.' );
		}
	}
);

// A shop with a currency switcher, and one that charges a fee: the shopper of the harness says so in a header.
add_filter( 'woocommerce_currency', fn( $currency ) => $_SERVER['HTTP_X_HARNESS_CURRENCY'] ?? $currency, 99 );
add_action(
	'woocommerce_cart_calculate_fees',
	function ( $cart ) {
		$fee = json_decode( wp_unslash( $_SERVER['HTTP_X_HARNESS_FEE'] ?? 'null' ), true );
		if ( $fee ) {
			$cart->add_fee( $fee['name'], (float) $fee['amount'], (bool) $fee['taxable'] );
		}
	}
);

/**
 * PHP from the outside: `POST /?ar-bridge-harness` with the site's secret and `{code, args}`; the code is a function's body.
 * Runs when WordPress and all plugins are loaded, as a visitor; answers `{value}` or `{error}`.
 */
add_action(
	'wp_loaded',
	function () {
		if ( ! isset( $_GET['ar-bridge-harness'] ) ) {
			return;
		}
		if ( ! hash_equals( AR_BRIDGE_HARNESS_SECRET, $_SERVER['HTTP_X_HARNESS_SECRET'] ?? '' ) ) {
			status_header( 403 );
			exit;
		}
		$request = json_decode( file_get_contents( 'php://input' ), true );
		try {
			$run    = eval( 'return function ( $args ) {' . $request['code'] . "\n};" );
			$answer = array( 'value' => $run( $request['args'] ) );
		} catch ( Throwable $error ) {
			$answer = array( 'error' => get_class( $error ) . ': ' . $error->getMessage() . "\n" . $error->getTraceAsString() );
		}
		header( 'Content-Type: application/json' );
		echo json_encode( $answer, JSON_PRESERVE_ZERO_FRACTION | JSON_PARTIAL_OUTPUT_ON_ERROR );
		exit;
	},
	PHP_INT_MAX
);
