<?php
/** Reports a payment at the same moment as other requests do. */

declare( strict_types=1 );

require __DIR__ . '/wordpress.php';
require ABSPATH . 'wp-load.php';

wc_get_order( $args['order'] );
touch( ABSPATH . 'tmp/reporter-' . getmypid() );
for ( $tries = 0; $tries < 500 && count( (array) glob( ABSPATH . 'tmp/reporter-*' ) ) < $args['readers']; ++$tries ) {
	usleep( 10_000 );
}
do_action(
	'ar_bridge_payment_received',
	$args['order'],
	array(
		'amount'         => '20.00',
		'currency'       => 'USD',
		'gateway'        => 'stripe',
		'transaction_id' => $args['transaction'],
		'at'             => 1_790_000_000,
	)
);
tell( 'REPORTED' );
