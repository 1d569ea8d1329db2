<?php
/** One request of the shop that goes well or badly, as $args['scenario'] says; on order $args['order'] where there is one. */

declare( strict_types=1 );

require __DIR__ . '/wordpress.php';
require ABSPATH . 'wp-load.php';

$order = isset( $args['order'] ) ? wc_get_order( $args['order'] ) : null;
$sql   = static fn ( string $statement ) => $GLOBALS['wpdb']->query( $statement );
$edit  = static function ( string $note ) use ( $order ): void {
	$order->set_customer_note( $note );
	$order->save();
};
$throw = static function (): void {
	throw new Exception( 'another plugin gives up' );
};

$scenarios = array(
	'a fatal error'                        => static function () use ( $edit ): void {
		$edit( 'x' );
		call_to_undefined_function_of_another_plugin();
	},
	'memory exhausted'                     => static function () use ( $edit ): void {
		$edit( 'x' );
		ini_set( 'memory_limit', '100M' );
		$GLOBALS['waste'] = str_repeat( 'x', 200_000_000 );
	},
	'out of time'                          => static function () use ( $edit ): void {
		$edit( 'x' );
		set_time_limit( 1 );
		while ( true ) {
			continue;
		}
	},
	'exit'                                 => static function () use ( $edit ): void {
		$edit( 'x' );
		exit( 3 );
	},
	'killed'                               => static function () use ( $edit ): void {
		$edit( 'x' );
		posix_kill( getmypid(), 9 );
	},
	'killed after a payment'               => static function () use ( $order ): void {
		add_action( 'woocommerce_update_order', static fn () => posix_kill( getmypid(), 9 ) );
		$order->payment_complete();
	},
	'killed after an account and an order' => static function () use ( $order ): void {
		wp_update_user( array( 'ID' => 1, 'first_name' => 'Ada' ) );
		$order->save();
		posix_kill( getmypid(), 9 );
	},
	'a handler that throws'                => static function () use ( $order, $throw ): void {
		add_action( 'woocommerce_update_order', $throw, -999 );
		$order->payment_complete();
	},
	'a shutdown handler that dies'         => static function () use ( $edit ): void {
		add_action( 'shutdown', static fn () => call_to_undefined_function_of_another_plugin(), -5 );
		$edit( 'x' );
	},
	'an order saved at shutdown'           => static function () use ( $order, $edit ): void {
		register_shutdown_function( static fn () => register_shutdown_function( $edit, 'x' ) );
		wp_update_user( array( 'ID' => 1, 'first_name' => 'Ada' ) );
	},
	'rolled back'                          => static function () use ( $sql, $edit ): void {
		$sql( 'START TRANSACTION' );
		$edit( 'x' );
		$sql( 'ROLLBACK' );
	},
	'a new paid order rolled back'         => static function () use ( $sql ): void {
		$sql( 'START TRANSACTION' );
		$new = new WC_Order();
		$new->set_total( '5' );
		$new->set_status( 'pending' );
		$new->save();
		$new->payment_complete();
		$sql( 'ROLLBACK' );
	},
	'an order born paid rolled back'       => static function () use ( $sql ): void {
		$sql( 'START TRANSACTION' );
		wc_create_order( array( 'status' => 'completed' ) );
		$sql( 'ROLLBACK' );
	},
	'a customer rolled back'               => static function () use ( $sql ): void {
		$sql( 'START TRANSACTION' );
		wp_update_user( array( 'ID' => 1, 'first_name' => 'Nobody' ) );
		$sql( 'ROLLBACK' );
	},
	'rolled back, then saved'              => static function () use ( $sql, $edit ): void {
		$sql( 'START TRANSACTION' );
		$edit( 'x' );
		$sql( 'ROLLBACK' );
		$edit( 'y' );
	},
	'saved, then another save rolled back' => static function () use ( $sql, $edit ): void {
		$edit( 'x' );
		$sql( 'START TRANSACTION' );
		$edit( 'y' );
		$sql( 'ROLLBACK' );
	},
	'a rollback without a transaction'     => static function () use ( $sql, $edit ): void {
		$edit( 'x' );
		$sql( 'ROLLBACK' );
	},
	'committed'                            => static function () use ( $sql, $edit ): void {
		$sql( 'START TRANSACTION' );
		$edit( 'x' );
		$sql( 'COMMIT' );
	},
	'left open'                            => static function () use ( $sql, $edit ): void {
		$sql( 'START TRANSACTION' );
		$edit( 'x' );
	},
	'left open by a fatal error'           => static function () use ( $sql, $order ): void {
		$sql( 'START TRANSACTION' );
		$order->payment_complete();
		call_to_undefined_function_of_another_plugin();
	},
	'two saves with a pause'               => static function () use ( $edit ): void {
		$edit( 'first' );
		tell( 'SAVED' );
		for ( $tries = 0; $tries < 1000 && ! is_file( ABSPATH . 'tmp/go' ); ++$tries ) {
			usleep( 10_000 );
		}
		$edit( 'second' );
	},
);

$scenarios[ $args['scenario'] ]();
tell( 'END' );
