<?php
/**
 * Must-use plugin of the proof's shop: what other plugins do to a WooCommerce, in their smallest form.
 *
 * Plugin Name: AR Bridge proof shop
 */

declare( strict_types=1 );

defined( 'ABSPATH' ) || exit;

// A plugin that sells by weight: half a kilo is a quantity. WooCommerce makes whole numbers of them when it loads, after this file.
add_action(
	'woocommerce_loaded',
	function () {
		remove_filter( 'woocommerce_stock_amount', 'intval' );
		add_filter( 'woocommerce_stock_amount', 'floatval' );
	}
);

// A plugin with a status of its own.
add_action(
	'init',
	function () {
		register_post_status(
			'wc-packing',
			array(
				'label'                  => 'Packing',
				'public'                 => true,
				'show_in_admin_all_list' => true,
			)
		);
	}
);
add_filter( 'wc_order_statuses', fn( $statuses ) => $statuses + array( 'wc-packing' => 'Packing' ) );

// A plugin that puts tags on orders: terms of a taxonomy of its own.
add_action( 'init', fn() => register_taxonomy( 'order_tag', 'shop_order' ) );

// A gift card plugin of the kind that lowers the total and keeps what the card paid in order meta.
add_action(
	'woocommerce_order_after_calculate_totals',
	function ( $_and_taxes, $order ) {
		$card = (float) $order->get_meta( '_proof_gift_card' );
		if ( $card > 0 ) {
			$order->set_total( max( 0.0, (float) $order->get_total( 'edit' ) - $card ) );
		}
	},
	10,
	2
);

// What the cart of a shopper is charged beyond its goods; Proof_Orders says what.
add_action(
	'woocommerce_cart_calculate_fees',
	function ( $cart ) {
		foreach ( Proof_Orders::$fees as $fee ) {
			$cart->add_fee( $fee['name'], (float) $fee['amount'], (bool) $fee['taxable'] );
		}
	}
);

add_action(
	'plugins_loaded',
	function () {
		if ( ! class_exists( WC_Payment_Gateway::class ) ) {
			return;
		}
		/** A card gateway that returns money by itself, and refuses where the order says so. */
		class Proof_Card extends WC_Payment_Gateway {
			public function __construct() {
				$this->id       = 'proof_card';
				$this->title    = 'Card';
				$this->enabled  = 'yes';
				$this->supports = array( 'products', 'refunds' );
			}

			public function process_refund( $order_id, $amount = null, $reason = '' ) {
				$refuses = 'yes' === wc_get_order( $order_id )->get_meta( '_proof_refuse_refunds' );
				return $refuses ? new WP_Error( 'proof_card', 'The card was closed.' ) : true;
			}
		}
		add_filter( 'woocommerce_payment_gateways', fn( $gateways ) => array_merge( $gateways, array( Proof_Card::class ) ) );
	}
);
