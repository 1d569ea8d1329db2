<?php
/**
 * Fills an empty shop for the proof: products whose prices divide badly, taxes of five places (none, one, two, reduced, compound), a zone
 * for each country, coupons of every type, customers. Answers the ids that rules and acts name.
 */

$categories = array();
foreach ( array( 'coffee', 'equipment', 'workshops' ) as $slug ) {
	$categories[ $slug ] = wp_insert_term( ucfirst( $slug ), 'product_cat', array( 'slug' => $slug ) )['term_id'];
}
$categories['filters'] = wp_insert_term( 'Filters', 'product_cat', array( 'slug' => 'filters', 'parent' => $categories['equipment'] ) )['term_id'];

$price = fn( $price ) => wc_format_decimal( $price, wc_get_price_decimals() );
$make  = function ( WC_Product $product, array $row ) use ( $price, $categories ) {
	$product->set_name( $row['name'] );
	$product->set_sku( $row['sku'] );
	$product->set_regular_price( $price( $row['price'] ) );
	$product->set_tax_class( $row['tax'] ?? '' );
	$product->set_tax_status( 'none' === ( $row['tax'] ?? '' ) ? 'none' : 'taxable' );
	$product->set_virtual( $row['virtual'] ?? false );
	if ( isset( $row['category'] ) ) {
		$product->set_category_ids( array( $categories[ $row['category'] ] ) );
	}
	$product->save();
	return $product->get_id();
};
foreach ( $args['products'] as $row ) {
	$make( new WC_Product_Simple(), $row );
}
$variable = new WC_Product_Variable();
$size     = new WC_Product_Attribute();
$size->set_name( 'Size' );
$size->set_options( array( '250 g', '1 kg' ) );
$size->set_variation( true );
$size->set_visible( true );
$variable->set_attributes( array( $size ) );
$make( $variable, array( 'name' => 'Colombia Huila', 'sku' => 'HUILA', 'price' => '0', 'category' => 'coffee', 'tax' => 'reduced-rate' ) );
foreach ( array( 'HUILA-250' => array( '250 g', '12.90' ), 'HUILA-1000' => array( '1 kg', '43.33' ) ) as $sku => list( $option, $cost ) ) {
	$variation = new WC_Product_Variation();
	$variation->set_parent_id( $variable->get_id() );
	$variation->set_attributes( array( 'size' => $option ) );
	$variation->set_sku( $sku );
	$variation->set_regular_price( $price( $cost ) );
	$variation->save();
}

$rates = array();
foreach ( $args['taxRates'] as $row ) {
	$id = WC_Tax::_insert_tax_rate(
		array(
			'tax_rate_country'  => $row['country'],
			'tax_rate_state'    => $row['state'],
			'tax_rate'          => $row['rate'],
			'tax_rate_name'     => $row['name'],
			'tax_rate_priority' => $row['priority'],
			'tax_rate_compound' => $row['compound'] ? 1 : 0,
			'tax_rate_shipping' => $row['shipping'] ? 1 : 0,
			'tax_rate_order'    => 0,
			'tax_rate_class'    => $row['class'],
		)
	);
	$rates[ $row['name'] ] = $id;
}

foreach ( $args['zones'] as $name => $cost ) {
	$zone = new WC_Shipping_Zone();
	$zone->set_zone_name( $name );
	$zone->add_location( $name, 'country' );
	$zone->save();
	$method = $zone->add_shipping_method( 'flat_rate' );
	update_option( "woocommerce_flat_rate_{$method}_settings", array( 'title' => 'Flat rate', 'tax_status' => 'taxable', 'cost' => $price( $cost ) ) );
}

foreach ( $args['coupons'] as $code => list( $type, $amount ) ) {
	$coupon = new WC_Coupon();
	$coupon->set_code( $code );
	$coupon->set_discount_type( $type );
	$coupon->set_amount( $amount );
	$coupon->save();
}

$customers = array();
foreach ( $args['customers'] as $row ) {
	$customer = new WC_Customer();
	$customer->set_email( $row['email'] );
	$customer->set_username( $row['user'] );
	$customer->set_password( wp_generate_password() );
	$customer->set_first_name( $row['firstName'] );
	$customer->set_last_name( $row['lastName'] );
	$customer->set_billing_first_name( $row['firstName'] );
	$customer->set_billing_last_name( $row['lastName'] );
	$customer->set_billing_company( $row['company'] );
	$customer->set_billing_address_1( '1 Harbour Road' );
	$customer->set_billing_city( 'Oakland' );
	$customer->set_billing_state( 'CA' );
	$customer->set_billing_postcode( '94610' );
	$customer->set_billing_country( 'US' );
	$customer->set_billing_email( $row['email'] );
	$customer->save();
	if ( isset( $row['role'] ) ) {
		( new WP_User( $customer->get_id() ) )->set_role( $row['role'] );
	}
	$customers[ $row['user'] ] = $customer->get_id();
}

WC_Cache_Helper::get_transient_version( 'shipping', true );
return array(
	'categories' => $categories,
	'taxRates'   => $rates,
	'customers'  => $customers,
);
