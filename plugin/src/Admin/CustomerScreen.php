<?php

declare( strict_types=1 );

namespace ArBridge\Admin;

use ArBridge\Customers\AccountNumbers;
use WC_Order;
use WP_User;

defined( 'ABSPATH' ) || exit;

/**
 * The Oracle accounts of a customer, where people look: on the user's profile and beside the billing address of their orders. Who buys for
 * a company too has several; all of them stand there, since an order does not say which one was billed.
 */
final class CustomerScreen {

	public function register(): void {
		add_action( 'show_user_profile', array( self::class, 'render_profile' ), 30 );
		add_action( 'edit_user_profile', array( self::class, 'render_profile' ), 30 );
		add_action( 'woocommerce_admin_order_data_after_billing_address', array( self::class, 'render_order' ) );
	}

	/** @param mixed $user */
	public static function render_profile( $user ): void {
		$id     = $user instanceof WP_User ? $user->ID : 0;
		$number = AccountNumbers::of( $id );
		if ( '' === $number ) {
			return;
		}
		printf(
			'<h2>%1$s</h2><table class="form-table" role="presentation"><tr><th scope="row">%2$s</th><td>%3$s</td></tr></table>',
			esc_html__( 'Oracle Receivables', 'ar-bridge' ),
			esc_html( str_contains( $number, ', ' ) ? __( 'Customer accounts', 'ar-bridge' ) : __( 'Customer account', 'ar-bridge' ) ),
			self::link( $id, $number ) // phpcs:ignore WordPress.Security.EscapeOutput -- escaped in link().
		);
	}

	/** @param mixed $order */
	public static function render_order( $order ): void {
		$id     = $order instanceof WC_Order ? $order->get_customer_id() : 0;
		$number = AccountNumbers::of( $id );
		if ( '' !== $number ) {
			printf(
				'<p class="ar-bridge-account"><strong>%1$s</strong> %2$s</p>',
				esc_html( str_contains( $number, ', ' ) ? __( 'Oracle accounts of the customer:', 'ar-bridge' ) : __( 'Oracle account:', 'ar-bridge' ) ),
				self::link( $id, $number ) // phpcs:ignore WordPress.Security.EscapeOutput -- escaped in link().
			);
		}
	}

	private static function link( int $user_id, string $number ): string {
		return sprintf( '<a href="%1$s">%2$s</a>', esc_url( admin_url( "admin.php?page=ar-bridge&tab=customers&customer=user-$user_id" ) ), esc_html( $number ) );
	}
}
