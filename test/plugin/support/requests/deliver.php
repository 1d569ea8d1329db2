<?php
/** A request under a PHP that can close the connection and go on, as PHP-FPM can; what happens when is written down. */

declare( strict_types=1 );

require __DIR__ . '/wordpress.php';

if ( $args['closes'] ) {
	function fastcgi_finish_request(): bool {
		tell( 'CLOSED ' . hrtime( true ) );
		return true;
	}
}
require ABSPATH . 'wp-load.php';
add_filter(
	'pre_http_request',
	static function ( $answer ) {
		tell( 'SENDING ' . hrtime( true ) );
		return $answer;
	}
);
if ( ! empty( $args['transaction'] ) ) {
	$GLOBALS['wpdb']->query( 'START TRANSACTION' );
}
if ( $args['order'] > 0 ) {
	wc_get_order( $args['order'] )->update_status( 'on-hold' );
}
tell( 'SAVED' );
if ( ! empty( $args['dies'] ) ) {
	call_to_undefined_function_of_another_plugin();
}
