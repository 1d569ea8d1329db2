<?php
/** Completes the payment of an order that it read before another request could. */

declare( strict_types=1 );

require __DIR__ . '/wordpress.php';
require ABSPATH . 'wp-load.php';

$order = wc_get_order( $args['order'] );
// Both requests have read the unpaid order when they pay.
touch( ABSPATH . 'tmp/reader-' . getmypid() );
for ( $tries = 0; $tries < 500 && count( (array) glob( ABSPATH . 'tmp/reader-*' ) ) < 2; ++$tries ) {
	usleep( 10_000 );
}
$order->payment_complete( $args['transaction'] );
tell( 'PAID' );
