<?php
/**
 * Plugin Name: Test site
 *
 * @package ArBridge
 */

declare( strict_types=1 );

defined( 'ABSPATH' ) || exit;

// The SQLite drop-in refuses the "no limit" that WooCommerce writes with order tables; an order's refunds would then read as none.
add_filter( 'query', static fn ( $query ) => str_replace( '18446744073709551615', '9223372036854775807', $query ) );
add_filter( 'pre_wp_mail', '__return_true' );

/*
 * What this plugin costs a request: written to tmp/measure.log when the request carries the header X-Measure. Time is taken around each
 * of our callbacks and around our function at shutdown, which the callback that notes the first change registers.
 */
if ( isset( $_SERVER['HTTP_X_MEASURE'] ) ) {
	$ar_bridge_measure = (object) array(
		'name'    => $_SERVER['HTTP_X_MEASURE'],
		'load'    => 0.0,
		'hooks'   => 0.0,
		'end'     => 0.0,
		'calls'   => 0,
		'queries' => array(),
		'http'    => 0,
		'before'  => 0,
		'bare'    => 0.0,
	);
	add_filter(
		'option_active_plugins',
		static function ( $plugins ) use ( $ar_bridge_measure ) {
			$ar_bridge_measure->before = hrtime( true );
			return $plugins;
		}
	);
	add_action(
		'plugin_loaded',
		static function ( $file ) use ( $ar_bridge_measure ): void {
			if ( 'ar-bridge.php' === basename( $file ) ) {
				$ar_bridge_measure->load = ( hrtime( true ) - $ar_bridge_measure->before ) / 1e6;
			}
		}
	);
	add_filter(
		'query',
		static function ( $query ) use ( $ar_bridge_measure ) {
			if ( str_contains( $query, 'ar_bridge' ) ) {
				$ar_bridge_measure->queries[] = strtok( ltrim( $query ), ' ' );
			}
			return $query;
		}
	);
	add_filter(
		'pre_http_request',
		static function ( $answer ) use ( $ar_bridge_measure ) {
			++$ar_bridge_measure->http;
			return $answer;
		}
	);
	add_action(
		'plugins_loaded',
		static function () use ( $ar_bridge_measure ): void {
			$nobody = static function (): void {};
			foreach ( $GLOBALS['wp_filter'] as $hook ) {
				foreach ( $hook->callbacks[ PHP_INT_MIN ] ?? array() as $key => $callback ) {
					$ours = $callback['function'];
					if ( ! is_array( $ours ) || ! str_starts_with( get_class( $ours[0] ), 'ArBridge\\' ) ) {
						continue;
					}
					$hook->callbacks[ PHP_INT_MIN ][ $key ]['function'] = static function ( ...$values ) use ( $ours, $nobody, $ar_bridge_measure ) {
						$at = new stdClass();
						register_shutdown_function( static fn () => $at->start = hrtime( true ) );
						$start  = hrtime( true );
						$result = $ours( ...$values );
						$middle = hrtime( true );
						$nobody( ...$values ); // What the measuring itself costs.
						$ar_bridge_measure->hooks += ( 2 * $middle - $start - hrtime( true ) ) / 1e6;
						++$ar_bridge_measure->calls;
						register_shutdown_function( static fn () => $ar_bridge_measure->end += ( hrtime( true ) - $at->start ) / 1e6 );
						return $result;
					};
				}
			}
		}
	);
	register_shutdown_function(
		static function () use ( $ar_bridge_measure ): void {
			// For comparison: one bare write of the same kind, in the same request, to a table of the same shape (the rows of an order that is not there).
			$sql   = 'INSERT INTO ' . $GLOBALS['wpdb']->prefix . "ar_bridge_request_ids (request_id, forget_after) VALUES ('" . wp_generate_uuid4() . "', 0)";
			$start = hrtime( true );
			$GLOBALS['wpdb']->query( $sql );
			$ar_bridge_measure->bare = ( hrtime( true ) - $start ) / 1e6;
			array_pop( $ar_bridge_measure->queries );
			// Behind our function and behind those that it may have asked for.
			register_shutdown_function( static fn () => register_shutdown_function( static fn () => file_put_contents( ABSPATH . 'tmp/measure.log', json_encode( $ar_bridge_measure ) . "\n", FILE_APPEND | LOCK_EX ) ) );
		}
	);
}

// A gateway that takes the money on the spot, while a test says so.
add_action(
	'woocommerce_rest_checkout_process_payment_with_context',
	static function ( $context, $result ): void {
		if ( 'yes' === get_option( 'test_gateway_pays_at_once' ) ) {
			$context->order->payment_complete( 'txn-at-once' );
			$result->set_status( 'success' );
		}
	},
	5,
	2
);
