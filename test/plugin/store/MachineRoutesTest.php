<?php

declare( strict_types=1 );

namespace ArBridge\Test;

use ArBridge\Customers\AccountNumbers;
use ArBridge\Outbox\Payment;
use ArBridge\Outbox\PaymentTable;
use ArBridge\Clock;
use ArBridge\Schema\Database;
use ArBridge\Schema\Tables;
use ArBridge\Security\Signature;
use WP_REST_Request;

/** The sidecar's routes, over real HTTP with real signatures. */
final class MachineRoutesTest extends StoreTestCase {

	private Shopper $http;

	protected function setUp(): void {
		parent::setUp();
		$this->http = $this->paired_site_without_sidecar();
	}

	public function test_the_outbox_is_pulled_and_acknowledged(): void {
		$order = $this->order();
		$order->payment_complete( 'txn-1' );
		$this->settle();
		$pulled = $this->signed( 'GET', '/wp-json/wc-ar-bridge/v1/outbox?limit=10' );
		$this->assertSame( 200, $pulled['status'] );
		$this->assertStringContainsString( 'no-store', $pulled['headers']['cache-control'] );
		$batch = json_decode( $pulled['body'], true );
		$this->assertSame( self::$site->url, $batch['site'] );
		$this->assertSame( array( 'order', $order->get_id() ), array( $batch['objects'][0]['kind'], $batch['objects'][0]['id'] ) );
		$this->assertMatchesRegularExpression( '/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/', $batch['objects'][0]['changedAt'] );
		$this->assertSame( array( $order->get_id(), 'received', '60.00', 'USD', 'bacs', 'txn-1' ), array_values( array_slice( $batch['payments'][0], 1, 6 ) ) );

		$ack = array( 'objects' => array( array_diff_key( $batch['objects'][0], array( 'changedAt' => 1 ) ) ), 'payments' => array( $batch['payments'][0]['id'] ) );
		$this->assertSame( '{"deleted":2}', $this->signed( 'POST', '/wp-json/wc-ar-bridge/v1/outbox/ack', (string) json_encode( $ack ) )['body'] );
		$this->assertSame( '{"deleted":0}', $this->signed( 'POST', '/wp-json/wc-ar-bridge/v1/outbox/ack', (string) json_encode( $ack ) )['body'] );
		$left = json_decode( $this->signed( 'GET', '/wp-json/wc-ar-bridge/v1/outbox' )['body'], true );
		$this->assertSame( array( array(), array() ), array( $left['objects'], $left['payments'] ) );
	}

	public function test_the_limit_holds_and_a_nonsensical_one_is_refused(): void {
		( new PaymentTable( new Clock() ) )->insert( ...array_map( static fn ( int $order ): Payment => new Payment( $order, 0, Payment::RECEIVED, '1.00', 'USD', '', '', 1 ), range( 1, 5 ) ) );
		$this->assertCount( 3, json_decode( $this->signed( 'GET', '/wp-json/wc-ar-bridge/v1/outbox?limit=3' )['body'], true )['payments'] );
		foreach ( array( '0', '501', 'x', '-1' ) as $limit ) {
			$answer = $this->signed( 'GET', "/wp-json/wc-ar-bridge/v1/outbox?limit=$limit" );
			$this->assertSame( array( 400, 'rest_invalid_param' ), array( $answer['status'], json_decode( $answer['body'], true )['error']['code'] ), $limit );
		}
	}

	public function test_account_numbers_are_kept_with_the_users_and_nothing_goes_back(): void {
		$user  = $this->users()['customer'];
		$order = $this->order();
		$order->set_customer_id( $user );
		$order->save();
		$this->settle();
		Database::run( 'DELETE FROM %i', Tables::outbox() );

		$tell = fn ( string ...$numbers ): array => json_decode( $this->signed( 'POST', '/wp-json/wc-ar-bridge/v1/customers/account', (string) json_encode( array( 'customers' => array( array( 'id' => $user, 'accountNumbers' => $numbers ), array( 'id' => 999999, 'accountNumbers' => array( '1' ) ) ) ) ) )['body'], true );
		$this->assertSame( array( 'kept' => 1, 'unknown' => array( 999999 ) ), $tell( '40051' ) );
		wp_cache_flush();
		$this->assertSame( '40051', AccountNumbers::of( $user ) );
		$this->assertSame( array(), $this->waiting(), 'the sidecar is told of its own news' );

		wp_update_user( array( 'ID' => $user, 'first_name' => 'Ada' ) );
		$this->assertSame( array( "customer:$user" ), $this->waiting() );
		$this->assertSame( '40051', AccountNumbers::of( $user ), 'a change of the profile keeps it' );

		$session = $this->session( 1 );
		$profile = $this->http->request( 'GET', "/wp-admin/user-edit.php?user_id=$user", null, $session )['body'];
		$this->assertStringContainsString( '>40051</a>', $profile );
		$this->assertStringContainsString( "tab=customers&#038;customer=user-$user", $profile );
		$this->assertStringContainsString( '>40051</a>', $this->http->request( 'GET', (string) wp_parse_url( $order->get_edit_order_url(), PHP_URL_PATH ) . '?' . (string) wp_parse_url( $order->get_edit_order_url(), PHP_URL_QUERY ), null, $session )['body'] );

		$tell( '40051', '40077' );
		wp_cache_flush();
		$this->assertSame( '40051, 40077', AccountNumbers::of( $user ) );
		$profile = $this->http->request( 'GET', "/wp-admin/user-edit.php?user_id=$user", null, $session )['body'];
		$this->assertStringContainsString( 'Customer accounts</th>', $profile );
		$this->assertStringContainsString( '>40051, 40077</a>', $profile );

		$tell();
		wp_cache_flush();
		$this->assertSame( '', AccountNumbers::of( $user ) );
		$this->assertStringNotContainsString( '40051', $this->http->request( 'GET', "/wp-admin/user-edit.php?user_id=$user", null, $session )['body'] );
	}

	/** @dataProvider odd_tellings */
	public function test_what_makes_no_sense_keeps_nothing( string $body ): void {
		$answer = $this->signed( 'POST', '/wp-json/wc-ar-bridge/v1/customers/account', $body );
		$this->assertSame( array( 200, '{"kept":0,"unknown":[]}' ), array( $answer['status'], $answer['body'] ) );
	}

	/** @return array<string, array{string}> */
	public static function odd_tellings(): array {
		return array(
			'another shape' => array( '{"customers":"all"}' ),
			'ids as text'   => array( '{"customers":[{"id":"1","accountNumbers":["1"]},7,null]}' ),
			'no user'       => array( '{"customers":[{"id":0,"accountNumbers":["1"]},{"id":-1}]}' ),
		);
	}

	public function test_the_site_describes_itself(): void {
		$site = json_decode( $this->signed( 'GET', '/wp-json/wc-ar-bridge/v1/site' )['body'], true );
		$this->assertSame( array( 'site', 'restUrl', 'home', 'pluginVersion', 'wooVersion', 'wpVersion', 'phpVersion', 'hpos', 'prettyPermalinks', 'timeZone', 'currency', 'priceDecimals' ), array_keys( $site ) );
		$this->assertSame( array( self::$site->url, self::$site->url . '/wp-json/', 'hpos' === ShopSite::storage(), true, 'USD', 2 ), array( $site['site'], $site['restUrl'], $site['hpos'], $site['prettyPermalinks'], $site['currency'], $site['priceDecimals'] ) );
	}

	public function test_the_same_call_sent_twice_is_carried_out_once(): void {
		$this->order()->update_status( 'on-hold' );
		$this->settle();
		$batch   = json_decode( $this->signed( 'GET', '/wp-json/wc-ar-bridge/v1/outbox' )['body'], true );
		$body    = (string) json_encode( array( 'objects' => $batch['objects'], 'payments' => array() ) );
		$headers = Signature::headers( self::SECRET, time(), 'POST', '/wp-json/wc-ar-bridge/v1/outbox/ack', $body );
		$this->assertSame( '{"deleted":1}', $this->http->request( 'POST', '/wp-json/wc-ar-bridge/v1/outbox/ack', $body, $headers )['body'] );
		$again = $this->http->request( 'POST', '/wp-json/wc-ar-bridge/v1/outbox/ack', $body, $headers );
		$this->assertSame( array( 200, '{"known":true}' ), array( $again['status'], $again['body'] ) );
	}

	/** @dataProvider forgeries */
	public function test_a_call_that_the_sidecar_did_not_sign_is_refused( callable $forge, string $code ): void {
		$target  = '/wp-json/wc-ar-bridge/v1/outbox?limit=5';
		$headers = Signature::headers( self::SECRET, time(), 'GET', $target, '' );
		list( $method, $target, $headers ) = $forge( 'GET', $target, $headers );
		$answer  = $this->http->request( $method, $target, null, $headers );
		$json    = json_decode( $answer['body'], true );
		$this->assertSame( array( 401, $code, array( 'error' ) ), array( $answer['status'], $json['error']['code'] ?? $answer['body'], array_keys( $json ) ) );
	}

	/** @return array<string, array{callable, string}> */
	public function forgeries(): array {
		$set = static fn ( string $name, string $value ): callable => static fn ( string $method, string $target, array $headers ): array => array( $method, $target, array( $name => $value ) + $headers );
		return array(
			'nothing signed'    => array( static fn ( string $method, string $target ): array => array( $method, $target, array() ), 'signature.missing' ),
			'another query'     => array( static fn ( string $method, string $target, array $headers ): array => array( $method, $target . '0', $headers ), 'signature.mismatch' ),
			'another route'     => array( static fn ( string $method, string $target, array $headers ): array => array( $method, '/wp-json/wc-ar-bridge/v1/site', $headers ), 'signature.mismatch' ),
			'another method'    => array( static fn ( string $method, string $target, array $headers ): array => array( 'POST', '/wp-json/wc-ar-bridge/v1/outbox/ack', $headers ), 'signature.mismatch' ),
			'another id'        => array( $set( Signature::ID, '00000000-0000-4000-8000-000000000000' ), 'signature.mismatch' ),
			'another time'      => array( $set( Signature::TIMESTAMP, (string) ( time() - 1 ) ), 'signature.mismatch' ),
			'an old time'       => array( $set( Signature::TIMESTAMP, (string) ( time() - 400 ) ), 'signature.expired' ),
			'no UUID'           => array( $set( Signature::ID, "1' OR '1'='1" ), 'signature.malformed' ),
			'no signature'      => array( $set( Signature::SIGNATURE, '' ), 'signature.missing' ),
			'another signature' => array( $set( Signature::SIGNATURE, 'v1=' . str_repeat( '0', 64 ) ), 'signature.mismatch' ),
		);
	}

	public function test_the_former_secret_signs_for_ten_minutes_and_none_when_unpaired(): void {
		$sidecar = self::$site->start_fake_sidecar();
		$this->pair( $sidecar, strrev( self::SECRET ) );
		$sidecar->stop();
		$this->assertSame( 200, $this->signed( 'GET', '/wp-json/wc-ar-bridge/v1/site' )['status'] );
		$this->unpair();
		$answer = $this->signed( 'GET', '/wp-json/wc-ar-bridge/v1/site' );
		$this->assertSame( array( 401, 'signature.unpaired' ), array( $answer['status'], json_decode( $answer['body'], true )['error']['code'] ) );
	}

	public function test_the_signature_covers_the_request_line_as_it_was_sent(): void {
		foreach ( array( '/wp-json/wc-ar-bridge/v1/outbox?limit=5&x=%27a%20b+c%27', '/wp-json//wc-ar-bridge/v1/outbox/?limit=5', '/index.php?rest_route=%2Fwc-ar-bridge%2Fv1%2Foutbox&limit=5' ) as $target ) {
			$this->assertSame( 200, $this->signed( 'GET', $target )['status'], $target );
		}
		// A site in a subdirectory: the request line holds it, the route does not. WordPress adds slashes to $_SERVER.
		$target  = "/shop's/wp-json/wc-ar-bridge/v1/site";
		$request = new WP_REST_Request( 'GET', '/wc-ar-bridge/v1/site' );
		$request->set_headers( Signature::headers( self::SECRET, time(), 'GET', $target, '' ) );
		$former                 = $_SERVER['REQUEST_URI'];
		$_SERVER['REQUEST_URI'] = wp_slash( $target );
		$status                 = rest_do_request( $request )->get_status();
		$_SERVER['REQUEST_URI'] = $former;
		$this->assertSame( 200, $status );
	}

	public function test_no_user_of_the_shop_gets_in_without_a_signature(): void {
		foreach ( $this->users() as $kind => $user ) {
			wp_set_current_user( $user );
			foreach ( array( array( 'GET', '/outbox' ), array( 'POST', '/outbox/ack' ), array( 'GET', '/site' ) ) as list( $method, $route ) ) {
				$this->assertSame( 401, $this->rest( $method, "/wc-ar-bridge/v1$route" )->get_status(), "$kind $method $route" );
			}
		}
	}

	public function test_the_routes_are_not_in_the_index(): void {
		$this->assertStringNotContainsString( 'ar-bridge', $this->http->request( 'GET', '/wp-json/' )['body'] );
	}

	/** @return array{status: int, headers: array<string, string>, body: string} */
	private function signed( string $method, string $target, string $body = '' ): array {
		return $this->http->request( $method, $target, '' === $body ? null : $body, Signature::headers( self::SECRET, time(), $method, $target, $body ) );
	}
}
