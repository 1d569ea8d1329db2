<?php
/**
 * Must-use plugin of the proof's shop: places orders, many in one request, the way WooCommerce itself does: through a shopper's cart and
 * checkout, or as a shop manager enters them. WooCommerce computes every tax and total.
 */

declare( strict_types=1 );

defined( 'ABSPATH' ) || exit;

final class Proof_Orders {

	/** @var list<array{name: string, amount: string, taxable: bool}> */
	public static array $fees = array();

	private const PLACES = array(
		'oakland'  => array( 'US', 'CA', 'Oakland', '94610' ),
		'new-york' => array( 'US', 'NY', 'New York', '10012' ),
		'portland' => array( 'US', 'OR', 'Portland', '97201' ),
		'berlin'   => array( 'DE', 'DE-BE', 'Berlin', '10999' ),
		'montreal' => array( 'CA', 'QC', 'Montreal', 'H2Y 1C6' ),
	);

	/**
	 * @param list<array<string, mixed>> $wishes See OrderWish in test/proof/wish.ts.
	 * @return list<array<string, mixed>> One per wish: the facts of the order, or `refused` with WooCommerce's words.
	 */
	public static function place( array $wishes ): array {
		$placed = array();
		foreach ( $wishes as $wish ) {
			try {
				$placed[] = Proof_Acts::facts( self::place_one( $wish ) );
			} catch ( Throwable $error ) {
				$placed[] = array( 'refused' => $error->getMessage() . ' at ' . basename( $error->getFile() ) . ':' . $error->getLine() );
			}
		}
		return $placed;
	}

	private static function place_one( array $wish ): int {
		$_SERVER['HTTP_X_HARNESS_CURRENCY'] = $wish['currency'];
		$order                              = 'cart' === $wish['way'] ? self::by_cart( $wish ) : self::by_hand( $wish );
		if ( $wish['placedAt'] > 0 ) {
			$order->set_date_created( $wish['placedAt'] );
		}
		if ( $wish['giftCard'] > 0 ) {
			$order->update_meta_data( '_proof_gift_card', (string) $wish['giftCard'] );
			$order->calculate_totals();
		}
		foreach ( $wish['meta'] as $key => $value ) {
			$order->update_meta_data( $key, $value );
		}
		if ( isset( $wish['via'] ) ) {
			$order->set_created_via( $wish['via'] );
		}
		$order->set_customer_note( (string) $wish['note'] );
		$order->save();
		if ( isset( $wish['tags'] ) ) {
			wp_set_object_terms( $order->get_id(), $wish['tags'], 'order_tag' );
		}
		if ( 'pending' !== $wish['status'] ) {
			Proof_Acts::set_status( $order, $wish['status'], $wish['paidAt'] );
		}
		return $order->get_id();
	}

	/** A shopper: cart, fees, coupons, shipping as the zone offers it, checkout. */
	private static function by_cart( array $wish ): WC_Order {
		wp_set_current_user( $wish['customer'] );
		$cart           = WC()->cart;
		WC()->customer  = new WC_Customer( $wish['customer'], true );
		$shopper        = self::shopper( $wish );
		self::$fees     = $wish['fees'];
		$cart->empty_cart();
		WC()->customer->set_billing_location( $shopper['country'], $shopper['state'], $shopper['postcode'], $shopper['city'] );
		WC()->customer->set_shipping_location( $shopper['country'], $shopper['state'], $shopper['postcode'], $shopper['city'] );
		WC()->customer->set_is_vat_exempt( $wish['exempt'] );
		foreach ( $wish['lines'] as $line ) {
			$id = wc_get_product_id_by_sku( $line['sku'] );
			if ( ! $cart->add_to_cart( $id, $line['quantity'] ) ) {
				throw new RuntimeException( 'Not for sale: ' . $line['sku'] . ' ' . wp_json_encode( wc_get_notices( 'error' ) ) );
			}
		}
		foreach ( $wish['coupons'] as $code ) {
			$cart->apply_coupon( $code );
		}
		wc_clear_notices();
		$cart->calculate_totals();
		$order = WC()->checkout()->create_order( self::checkout_data( $shopper ) + array( 'payment_method' => $wish['gateway'] ) );
		self::$fees = array();
		$cart->empty_cart();
		WC()->customer->set_is_vat_exempt( false );
		wp_set_current_user( 0 );
		if ( is_wp_error( $order ) ) {
			throw new RuntimeException( $order->get_error_message() );
		}
		return wc_get_order( $order );
	}

	private static function checkout_data( array $shopper ): array {
		$data = array( 'createaccount' => 0 );
		foreach ( $shopper as $field => $value ) {
			$data[ "billing_$field" ] = $value;
			if ( ! in_array( $field, array( 'email', 'phone' ), true ) ) {
				$data[ "shipping_$field" ] = $value;
			}
		}
		return $data;
	}

	/** A shop manager, or an importer: any lines, prices by hand, several ways of shipping. */
	private static function by_hand( array $wish ): WC_Order {
		$order = wc_create_order(
			array(
				'customer_id' => $wish['customer'],
				'created_via' => 'admin',
			)
		);
		$shopper = self::shopper( $wish );
		$order->set_address( $shopper, 'billing' );
		$order->set_address( array_diff_key( $shopper, array( 'email' => 1, 'phone' => 1 ) ), 'shipping' );
		$order->set_currency( $wish['currency'] );
		$order->set_payment_method( $wish['gateway'] );
		if ( $wish['exempt'] ) {
			$order->update_meta_data( 'is_vat_exempt', 'yes' );
		}
		foreach ( $wish['lines'] as $line ) {
			self::add_line( $order, $line );
		}
		foreach ( $wish['fees'] as $fee ) {
			self::add_fee( $order, $fee );
		}
		foreach ( $wish['shipping'] as $cost ) {
			self::add_shipping( $order, (string) $cost );
		}
		$order->save();
		$order->calculate_totals();
		foreach ( $wish['coupons'] as $code ) {
			$order->apply_coupon( $code );
		}
		return $order;
	}

	/** @param array{sku: string, quantity: float|int, total?: string} $line `total`: net, instead of the product's price. */
	public static function add_line( WC_Order $order, array $line ): int {
		$product = wc_get_product( wc_get_product_id_by_sku( $line['sku'] ) );
		if ( ! $product ) {
			throw new RuntimeException( 'There is no ' . $line['sku'] . ' any more.' );
		}
		$by_hand = isset( $line['total'] ) ? array( 'subtotal' => $line['total'], 'total' => $line['total'] ) : array();
		return $order->add_product( $product, $line['quantity'], $by_hand );
	}

	public static function add_fee( WC_Order $order, array $fee ): void {
		$item = new WC_Order_Item_Fee();
		$item->set_name( $fee['name'] );
		$item->set_amount( $fee['amount'] );
		$item->set_total( $fee['amount'] );
		$item->set_tax_status( $fee['taxable'] ? 'taxable' : 'none' );
		$order->add_item( $item );
	}

	public static function add_shipping( WC_Order $order, string $cost ): void {
		$item = new WC_Order_Item_Shipping();
		$item->set_method_title( 'Flat rate' );
		$item->set_method_id( 'flat_rate' );
		$item->set_total( $cost );
		$order->add_item( $item );
	}

	private static function shopper( array $wish ): array {
		list( $country, $state, $city, $postcode ) = self::PLACES[ $wish['place'] ];
		return array(
			'first_name' => $wish['firstName'],
			'last_name'  => $wish['lastName'],
			'company'    => $wish['company'],
			'address_1'  => $wish['street'] ?? '1 Harbour Road',
			'city'       => $city,
			'state'      => $state,
			'postcode'   => $postcode,
			'country'    => $country,
			'email'      => $wish['email'],
			'phone'      => '5105550142',
		);
	}
}
