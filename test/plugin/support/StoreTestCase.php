<?php

declare( strict_types=1 );

namespace ArBridge\Test;

use ArBridge\Delivery\Schedule;
use ArBridge\Schema\Database;
use ArBridge\Schema\Tables;
use ArBridge\Settings\Options;
use PHPUnit\Framework\TestCase;
use WC_Order;
use WC_Order_Refund;
use WC_Product;
use WP_REST_Request;
use WP_REST_Response;
use WP_Session_Tokens;

/** A test inside the throw-away shop. Each one begins with empty tables of ours. */
abstract class StoreTestCase extends TestCase {

	protected const SECRET = '0123456789abcdefghijklmnopqrstuv';

	public static ?ShopSite $site   = null;
	public static ?string $why_not = null;

	public static function setUpBeforeClass(): void {
		if ( null === self::$site ) {
			self::markTestSkipped( 'The store cannot be had: ' . self::$why_not );
		}
	}

	protected function setUp(): void {
		$this->settle();
		foreach ( array( Tables::outbox(), Tables::payments(), Tables::request_ids() ) as $table ) {
			Database::run( 'DELETE FROM %i', $table );
		}
		wp_cache_flush();
		wp_set_current_user( 0 );
	}

	protected function tearDown(): void {
		$this->assertSame( '', self::$site->complaints(), 'the debug log holds complaints' );
	}

	/** Ends the record of what this process changed, as the end of a request does. */
	protected function settle(): void {
		do_action( 'ar_bridge_settle' );
	}

	/**
	 * What waits, settled, as `order:7`.
	 *
	 * @return list<string>
	 */
	protected function waiting(): array {
		$this->settle();
		return $this->handed_out();
	}

	/**
	 * What would be handed out at this moment, in the middle of the request.
	 *
	 * @return list<string>
	 */
	protected function handed_out(): array {
		return array_map( static fn ( array $row ): string => "$row[0]:$row[1]", Database::rows( 'SELECT kind, object_id FROM %i WHERE pending_until <= %d ORDER BY kind, object_id', Tables::outbox(), time() ) );
	}

	/**
	 * What the outbox holds, pending or not.
	 *
	 * @return list<string>
	 */
	protected function marked(): array {
		return array_map( static fn ( array $row ): string => "$row[0]:$row[1]", Database::rows( 'SELECT kind, object_id FROM %i ORDER BY kind, object_id', Tables::outbox() ) );
	}

	/**
	 * The payment rows of an order, as `received 60.00 USD`.
	 *
	 * @return list<string>
	 */
	protected function payments( int $order_id ): array {
		$this->settle();
		return array_map( static fn ( array $row ): string => "$row[0] $row[1] $row[2]", Database::rows( 'SELECT kind, amount, currency FROM %i WHERE order_id = %d ORDER BY turn', Tables::payments(), $order_id ) );
	}

	/**
	 * The statements on our tables that change something, while $act runs.
	 *
	 * @return list<string>
	 */
	protected function writes( callable $act ): array {
		$writes = array();
		$watch  = static function ( $query ) use ( &$writes ) {
			if ( 1 === preg_match( '/^(INSERT|UPDATE|DELETE|REPLACE)\b.*ar_bridge_/s', $query ) ) {
				$writes[] = $query;
			}
			return $query;
		};
		add_filter( 'query', $watch );
		$act();
		remove_filter( 'query', $watch );
		return $writes;
	}

	/** Pairs the site with a fake sidecar, as an administrator does on the page. */
	protected function pair( FakeSidecar $sidecar, string $secret = self::SECRET ): WP_REST_Response {
		$sidecar->answer( '/v1/pair', 200, array( 'secret' => base64_encode( $secret ), 'sidecarVersion' => '0.1.0' ) );
		wp_set_current_user( 1 );
		return $this->rest( 'POST', '/ar-bridge/v1/pairing', array( 'sidecarUrl' => $sidecar->url, 'code' => 'ABCD-EFGH' ) );
	}

	/** Serves the site, paired with a sidecar that is away, and shops there. */
	protected function paired_site_without_sidecar(): Shopper {
		self::$site->serve();
		$this->unpair();
		$sidecar = self::$site->start_fake_sidecar();
		$this->pair( $sidecar );
		$sidecar->stop();
		return new Shopper( self::$site->url );
	}

	/** Forgets a pairing without telling anybody. */
	protected function unpair(): void {
		foreach ( Options::ALL as $option ) {
			Options::SCHEMA === $option || delete_option( $option );
		}
		Schedule::cancel();
	}

	/**
	 * Calls a route within this process, as the current user.
	 *
	 * @param array<string, mixed>|null $body
	 * @param array<string, string>     $query
	 */
	protected function rest( string $method, string $route, ?array $body = null, array $query = array() ): WP_REST_Response {
		$request = new WP_REST_Request( $method, $route );
		$request->set_query_params( $query );
		if ( null !== $body ) {
			$request->set_header( 'Content-Type', 'application/json' );
			$request->set_body( (string) wp_json_encode( $body ) );
		}
		return rest_do_request( $request );
	}

	/** The code of a refused call. */
	protected function error_code( WP_REST_Response $response ): string {
		return $response->get_data()['error']['code'] ?? '';
	}

	/** @return array<string, int> One user of each kind, by kind; 0 is a visitor. */
	protected function users(): array {
		$users = array( 'visitor' => 0, 'administrator' => 1 );
		foreach ( array( 'customer', 'subscriber', 'editor', 'shop_manager' ) as $role ) {
			$known          = get_user_by( 'login', "a-$role" );
			$users[ $role ] = $known ? $known->ID : wp_insert_user( array( 'user_login' => "a-$role", 'user_pass' => 'a long password', 'role' => $role ) );
		}
		return $users;
	}

	/**
	 * Headers of a browser in which this user is signed in.
	 *
	 * @return array<string, string>
	 */
	protected function session( int $user ): array {
		$until   = time() + HOUR_IN_SECONDS;
		$token   = WP_Session_Tokens::get_instance( $user )->create( $until );
		$cookies = array(
			LOGGED_IN_COOKIE => wp_generate_auth_cookie( $user, $until, 'logged_in', $token ),
			AUTH_COOKIE      => wp_generate_auth_cookie( $user, $until, 'auth', $token ),
		);
		$former  = wp_get_current_user()->ID;
		wp_set_current_user( $user );
		$_COOKIE[ LOGGED_IN_COOKIE ] = $cookies[ LOGGED_IN_COOKIE ]; // The nonce belongs to the session.
		$nonce = wp_create_nonce( 'wp_rest' );
		unset( $_COOKIE[ LOGGED_IN_COOKIE ] );
		wp_set_current_user( $former );
		return array(
			'Cookie'     => implode( '; ', array_map( static fn ( string $name, string $value ): string => "$name=" . rawurlencode( $value ), array_keys( $cookies ), $cookies ) ),
			'X-WP-Nonce' => $nonce,
		);
	}

	protected function product(): WC_Product {
		$product = wc_get_product( wc_get_product_id_by_sku( 'ESP-1' ) );
		$this->assertInstanceOf( WC_Product::class, $product );
		return $product;
	}

	/** An order over 60.00, made in a request that is over and told. */
	protected function order( string $status = 'pending' ): WC_Order {
		$order = new WC_Order();
		$order->set_payment_method( 'bacs' );
		$order->set_billing_email( 'ada@example.com' );
		$order->add_product( $this->product(), 3 );
		$order->calculate_totals();
		$order->set_status( $status );
		$order->save();
		$this->forget();
		return wc_get_order( $order->get_id() );
	}

	/** An amount-only refund, recorded without asking a gateway. */
	protected function refund( WC_Order $order, string $amount ): WC_Order_Refund {
		$refund = wc_create_refund(
			array(
				'order_id' => $order->get_id(),
				'amount'   => $amount,
			)
		);
		$this->assertInstanceOf( WC_Order_Refund::class, $refund );
		return $refund;
	}

	/** Ends the request and empties the outbox, as if the sidecar had taken all. */
	protected function forget(): void {
		$this->settle();
		Database::run( 'DELETE FROM %i', Tables::outbox() );
	}
}
