<?php
/**
 * Writes the settings that `StoreOptions` names; a missing one stays as it is. `hpos` only while the shop has no orders:
 * WooCommerce refuses the change otherwise.
 */

$yes_no = fn( $value ) => $value ? 'yes' : 'no';
$write  = array(
	'timeZone'         => array( 'timezone_string', null ),
	'currency'         => array( 'woocommerce_currency', null ),
	'country'          => array( 'woocommerce_default_country', null ),
	'priceDecimals'    => array( 'woocommerce_price_num_decimals', null ),
	'taxes'            => array( 'woocommerce_calc_taxes', $yes_no ),
	'pricesIncludeTax' => array( 'woocommerce_prices_include_tax', $yes_no ),
	'roundAtSubtotal'  => array( 'woocommerce_tax_round_at_subtotal', $yes_no ),
	'hpos'             => array( 'woocommerce_custom_orders_table_enabled', $yes_no ),
);
foreach ( $write as $name => list( $option, $convert ) ) {
	if ( isset( $args['settings'][ $name ] ) ) {
		$value = $args['settings'][ $name ];
		update_option( $option, $convert ? $convert( $value ) : $value );
	}
}

if ( isset( $args['adminPassword'] ) ) {
	wp_set_password( $args['adminPassword'], 1 );
}

if ( isset( $args['restKey'] ) ) {
	// WooCommerce has no public function for this; as class-wc-ajax.php update_api_key() does it.
	global $wpdb;
	$wpdb->insert(
		$wpdb->prefix . 'woocommerce_api_keys',
		array(
			'user_id'         => 1,
			'description'     => 'store harness',
			'permissions'     => 'read_write',
			'consumer_key'    => wc_api_hash( $args['restKey']['consumerKey'] ),
			'consumer_secret' => $args['restKey']['consumerSecret'],
			'truncated_key'   => substr( $args['restKey']['consumerKey'], -7 ),
		)
	);
}
return true;
