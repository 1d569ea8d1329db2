<?php

declare( strict_types=1 );

namespace ArBridge\Test;

use ArBridge\Rest\AdminRoutes;
use ArBridge\Security\Signature;
use WP_REST_Server;

/** The admin page's way to the sidecar: who may use it, what it lets through, and what comes back. */
final class ProxyTest extends StoreTestCase {

	private static ?FakeSidecar $sidecar = null;

	protected function setUp(): void {
		parent::setUp();
		$this->unpair();
		self::$sidecar ??= self::$site->start_fake_sidecar();
		$this->pair( self::$sidecar );
		self::$sidecar->forget_calls();
	}

	public function test_only_those_who_may_manage_woocommerce_reach_any_of_it(): void {
		$allowed = array( 'visitor' => 401, 'customer' => 403, 'subscriber' => 403, 'editor' => 403 );
		foreach ( $this->users() as $kind => $user ) {
			wp_set_current_user( $user );
			foreach ( AdminRoutes::ALLOWED as list( $method, $path ) ) {
				$status = $this->rest( $method, '/ar-bridge/v1' . preg_replace( array( '/:list\b/', '/:customer\b/', '/:\w+/' ), array( 'receiptMethods', 'user-7', '42' ), $path ) )->get_status();
				// The fake sidecar has no answer prepared and says 404: the call went through.
				$this->assertSame( $allowed[ $kind ] ?? 404, $status, "$kind $method $path" );
			}
			foreach ( array( 'GET', 'POST', 'DELETE' ) as $method ) {
				if ( isset( $allowed[ $kind ] ) ) {
					$response = $this->rest( $method, '/ar-bridge/v1/pairing', 'POST' === $method ? array( 'sidecarUrl' => 'x', 'code' => 'y' ) : null );
					$this->assertSame( array( $allowed[ $kind ], 'admin.forbidden' ), array( $response->get_status(), $this->error_code( $response ) ), "$kind $method pairing" );
				}
			}
		}
		$this->assertCount( 2 * count( AdminRoutes::ALLOWED ), self::$sidecar->calls(), 'shop manager and administrator' );
	}

	public function test_a_call_goes_out_signed_with_its_query_and_the_person_s_name(): void {
		$user = wp_insert_user( array( 'user_login' => 'zoë o\'neil ' . wp_generate_password( 4, false ), 'user_pass' => 'a long password', 'role' => 'shop_manager' ) );
		wp_set_current_user( $user );
		self::$sidecar->answer( '/v1/admin/orders', 200, '{"orders":[],"total":0,"page":1,"perPage":25}' );
		$response = $this->rest( 'GET', '/ar-bridge/v1/orders', null, array( 'search' => "a b+c&d=é'~", 'page' => '2', 'actor' => 'somebody else', '_locale' => 'user', '_wpnonce' => 'abc', 'rest_route' => '/x', 'list' => array( 'x' ) ) );
		$this->assertSame( 200, $response->get_status() );
		list( $call ) = self::$sidecar->calls();
		parse_str( (string) parse_url( $call['target'], PHP_URL_QUERY ), $query );
		$this->assertSame( array( 'search' => "a b+c&d=é'~", 'page' => '2', 'actor' => wp_get_current_user()->user_login ), $query );
		$this->assertNull( Signature::fault( array( self::SECRET ), $call['headers']['x-ar-bridge-id'], $call['headers']['x-ar-bridge-timestamp'], $call['headers']['x-ar-bridge-signature'], time(), 'GET', $call['target'], '' ), 'the target that was signed is the one that was sent: ' . $call['target'] );
		$this->assertArrayNotHasKey( 'cookie', $call['headers'] );
		$this->assertArrayNotHasKey( 'authorization', $call['headers'] );
	}

	public function test_a_body_passes_byte_for_byte(): void {
		self::$sidecar->answer( '/v1/admin/rules', 200, '{}' );
		$request = new \WP_REST_Request( 'PUT', '/ar-bridge/v1/rules' );
		$body    = '{ "baseVersion": 3,  "rules": [], "big": 123456789012345678, "empty": {} }';
		$request->set_header( 'Content-Type', 'application/json' );
		$request->set_body( $body );
		rest_do_request( $request );
		list( $call ) = self::$sidecar->calls();
		$this->assertSame( array( 'PUT', $body ), array( $call['method'], $call['body'] ) );
	}

	public function test_an_answer_keeps_its_status_and_its_json(): void {
		$body = '{"error":{"code":"rules.conflict","message":"Somebody else saved.","fields":{}},"list":[],"id":"123456789012345678","amount":"19.90"}';
		self::$sidecar->answer( '/v1/admin/rules', 409, $body, array( 'Set-Cookie' => 'x=1', 'X-Powered-By' => 'y' ) );
		$response = $this->rest( 'GET', '/ar-bridge/v1/rules' );
		$this->assertSame( 409, $response->get_status() );
		$this->assertSame( $body, wp_json_encode( $response->get_data() ) );
		$this->assertSame( array( 'Cache-Control' ), array_keys( $response->get_headers() ) );
	}

	public function test_a_csv_comes_out_as_a_csv(): void {
		self::$site->serve();
		self::$sidecar->answer( '/v1/admin/audit/csv', 200, "seq,at\n1,\"a \"\"b\"\"\"\n", array( 'Content-Type' => 'text/csv; charset=utf-8', 'Content-Disposition' => 'attachment; filename="audit-2026-11.csv"' ) );
		$answer = ( new Shopper( self::$site->url ) )->request( 'GET', '/wp-json/ar-bridge/v1/audit/csv?from=2026-11-01', null, $this->session( 1 ) );
		$this->assertSame( array( 200, "seq,at\n1,\"a \"\"b\"\"\"\n" ), array( $answer['status'], $answer['body'] ) );
		$this->assertSame( array( 'text/csv; charset=utf-8', 'attachment; filename="audit-2026-11.csv"', 'nosniff' ), array( $answer['headers']['content-type'], $answer['headers']['content-disposition'], $answer['headers']['x-content-type-options'] ) );
		self::$sidecar->answer( '/v1/admin/audit/csv', 200, 'x', array( 'Content-Type' => 'text/csv', 'Content-Disposition' => 'inline; filename="<script>"' ) );
		$answer = ( new Shopper( self::$site->url ) )->request( 'GET', '/wp-json/ar-bridge/v1/audit/csv', null, $this->session( 1 ) );
		$this->assertSame( 'attachment; filename="ar-bridge-audit.csv"', $answer['headers']['content-disposition'] );
	}

	public function test_a_session_without_its_nonce_is_a_visitor(): void {
		self::$site->serve();
		$http    = new Shopper( self::$site->url );
		$session = $this->session( 1 );
		$this->assertSame( 200, $http->request( 'GET', '/wp-json/ar-bridge/v1/pairing', null, $session )['status'] );
		$this->assertSame( 401, $http->request( 'GET', '/wp-json/ar-bridge/v1/pairing', null, array( 'Cookie' => $session['Cookie'] ) )['status'] );
		$this->assertSame( 403, $http->request( 'GET', '/wp-json/ar-bridge/v1/pairing', null, array( 'X-WP-Nonce' => 'wrong' ) + $session )['status'] );
	}

	public function test_what_is_not_on_the_list_does_not_exist(): void {
		foreach ( array( 'GET /orders/0', 'GET /orders/42/', 'DELETE /orders/42', 'GET /orders/42/dry-run', 'GET /orders/../rules', 'GET /orders/42%2f..%2frules', 'GET /v1/events', 'POST /overview', 'GET /reference/', 'GET /reference/a/b', "GET /orders/42\n", 'GET /reference/..', 'GET /healthz', 'POST /unpair' ) as $call ) {
			list( $method, $path ) = explode( ' ', $call, 2 );
			$status = $this->rest( $method, '/ar-bridge/v1' . $path )->get_status();
			foreach ( self::$sidecar->calls() as $sent ) {
				// A slash or a line end behind a good path is cut off by WordPress: what goes out is the path of the list.
				$this->assertSame( '/v1/admin/orders/42', parse_url( $sent['target'], PHP_URL_PATH ), $call );
			}
			$this->assertSame( 404, $status, $call );
			self::$sidecar->forget_calls();
		}
	}

	public function test_a_sidecar_that_is_down_is_told_with_its_address_and_what_to_do(): void {
		$down = self::$site->start_fake_sidecar();
		$this->pair( $down );
		$down->stop();
		$response = $this->rest( 'GET', '/ar-bridge/v1/overview' );
		$error    = $response->get_data()['error'];
		$this->assertSame( array( 502, 'sidecar.unreachable' ), array( $response->get_status(), $error['code'] ) );
		$this->assertStringContainsString( $down->url, $error['message'] );
		$this->assertStringContainsString( 'npm run sidecar', $error['action'] );
	}

	public function test_something_that_is_no_sidecar_is_told(): void {
		self::$sidecar->answer( '/v1/admin/overview', 200, '<html>It works!</html>', array( 'Content-Type' => 'text/html' ) );
		$response = $this->rest( 'GET', '/ar-bridge/v1/overview' );
		$this->assertSame( array( 502, 'sidecar.bad_answer' ), array( $response->get_status(), $this->error_code( $response ) ) );
	}

	public function test_unpaired_the_page_is_told_to_pair(): void {
		$this->unpair();
		$response = $this->rest( 'GET', '/ar-bridge/v1/overview' );
		$this->assertSame( array( 409, 'pairing.unpaired' ), array( $response->get_status(), $this->error_code( $response ) ) );
		$this->assertSame( array(), self::$sidecar->calls() );
	}

	public function test_the_shop_s_other_rest_calls_do_not_register_our_routes(): void {
		$server = new WP_REST_Server();
		$this->assertSame( array(), preg_grep( '/ar-bridge/', array_keys( $server->get_routes() ) ) );
	}
}
