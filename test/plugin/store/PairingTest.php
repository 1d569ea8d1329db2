<?php

declare( strict_types=1 );

namespace ArBridge\Test;

use ArBridge\Clock;
use ArBridge\Delivery\Delivery;
use ArBridge\Schema\Database;
use ArBridge\Security\SecretStore;
use ArBridge\Settings\Connection;
use ArBridge\Settings\Options;
use ArBridge\Setup\SidecarAddress;
use WP_Error;

/** Joining the site and a sidecar, and parting them. */
final class PairingTest extends StoreTestCase {

	private static ?FakeSidecar $sidecar = null;

	protected function setUp(): void {
		parent::setUp();
		$this->unpair();
		Database::run( 'DELETE FROM %i', $GLOBALS['wpdb']->prefix . 'woocommerce_api_keys' );
		self::$sidecar ??= self::$site->start_fake_sidecar();
		self::$sidecar->forget_calls();
	}

	public function test_pairing_hands_over_a_read_key_and_takes_the_secret(): void {
		$response = $this->pair( self::$sidecar );
		$this->assertSame( 200, $response->get_status(), (string) wp_json_encode( $response->get_data() ) );
		$this->assertTrue( $response->get_data()['paired'] );
		$this->assertSame( array( self::$sidecar->url, self::$site->url, 'stored' ), array( $response->get_data()['sidecarUrl'], $response->get_data()['siteUrl'], $response->get_data()['secret'] ) );

		$call = self::$sidecar->calls()[0];
		$body = json_decode( $call['body'], true );
		$this->assertSame( array( 'POST', '/v1/pair' ), array( $call['method'], $call['target'] ) );
		$this->assertSame( array( 'code', 'siteUrl', 'restUrl', 'storeUrl', 'consumerKey', 'consumerSecret', 'pluginVersion', 'wooVersion' ), array_keys( $body ) );
		$this->assertSame( array( 'ABCD-EFGH', self::$site->url, self::$site->url . '/wp-json/', self::$site->url ), array( $body['code'], $body['siteUrl'], $body['restUrl'], $body['storeUrl'] ) );
		$this->assertSame( array( array( '1', 'read', wc_api_hash( $body['consumerKey'] ), $body['consumerSecret'] ) ), $this->keys() );
		$this->assertTrue( as_has_scheduled_action( Delivery::ACTION, array(), Delivery::GROUP ) );
	}

	public function test_the_secret_is_nowhere_in_the_database_and_in_no_answer(): void {
		$this->pair( self::$sidecar );
		$stored = (string) wp_json_encode( get_option( Options::SECRET ) );
		$answer = (string) wp_json_encode( $this->rest( 'GET', '/ar-bridge/v1/pairing' )->get_data() );
		foreach ( array( self::SECRET, base64_encode( self::SECRET ), bin2hex( self::SECRET ) ) as $form ) {
			$this->assertStringNotContainsString( $form, $stored );
			$this->assertStringNotContainsString( $form, $answer );
		}
		$this->assertSame( self::SECRET, ( new SecretStore( new Clock() ) )->current() );
		foreach ( array( Options::SECRET, Options::CONNECTION ) as $option ) {
			$this->assertArrayNotHasKey( $option, wp_load_alloptions( true ), 'not autoloaded' );
		}
	}

	public function test_pairing_again_replaces_the_key_and_both_secrets_are_valid_for_ten_minutes(): void {
		$this->pair( self::$sidecar );
		$second = strrev( self::SECRET );
		$this->pair( self::$sidecar, $second );
		$this->assertCount( 1, $this->keys() );
		$this->assertSame( array( $second, self::SECRET ), ( new SecretStore( fake_clock( time() + 590 ) ) )->accepted() );
		$this->assertSame( array( $second ), ( new SecretStore( fake_clock( time() + 610 ) ) )->accepted() );
		$this->assertSame( array(), $this->calls_to( '/v1/unpair' ), 'it is the same sidecar' );
	}

	public function test_pairing_with_another_sidecar_parts_from_the_first(): void {
		$this->pair( self::$sidecar );
		$other = self::$site->start_fake_sidecar();
		$this->pair( $other, strrev( self::SECRET ) );
		$this->assertCount( 1, $this->calls_to( '/v1/unpair' ) );
		$other->stop();
	}

	public function test_a_wrong_code_says_so_and_leaves_no_key(): void {
		self::$sidecar->answer( '/v1/pair', 403, array( 'error' => array( 'code' => 'pairing.wrong_code', 'message' => 'That is not the code.' ) ) );
		wp_set_current_user( 1 );
		$response = $this->rest( 'POST', '/ar-bridge/v1/pairing', array( 'sidecarUrl' => self::$sidecar->url, 'code' => 'NO' ) );
		$this->assertSame( 403, $response->get_status() );
		$this->assertSame( array( 'code' => 'pairing.wrong_code', 'message' => 'That is not the code.' ), array_slice( $response->get_data()['error'], 0, 2 ) );
		$this->assertNotSame( '', $response->get_data()['error']['action'] );
		$this->assertSame( array(), $this->keys() );
		$this->assertFalse( get_option( Options::CONNECTION ) );
	}

	public function test_a_failed_pairing_leaves_the_one_that_was_there(): void {
		$this->pair( self::$sidecar );
		$keys = $this->keys();
		self::$sidecar->answer( '/v1/pair', 500, 'oops', array( 'Content-Type' => 'text/plain' ) );
		$response = $this->rest( 'POST', '/ar-bridge/v1/pairing', array( 'sidecarUrl' => self::$sidecar->url, 'code' => 'X' ) );
		$this->assertSame( array( 502, 'http.500' ), array( $response->get_status(), $this->error_code( $response ) ) );
		$this->assertSame( $keys, $this->keys() );
		$this->assertTrue( $this->rest( 'GET', '/ar-bridge/v1/pairing' )->get_data()['paired'] );
	}

	public function test_nobody_at_the_address_is_told_with_the_address(): void {
		wp_set_current_user( 1 );
		$url      = 'http://127.0.0.1:' . ShopSite::free_port();
		$response = $this->rest( 'POST', '/ar-bridge/v1/pairing', array( 'sidecarUrl' => $url, 'code' => 'X' ) );
		$this->assertSame( array( 502, 'sidecar.unreachable' ), array( $response->get_status(), $this->error_code( $response ) ) );
		$this->assertStringContainsString( $url, $response->get_data()['error']['message'] );
		$this->assertSame( array(), $this->keys() );
	}

	public function test_something_else_at_the_address_is_told_apart(): void {
		foreach ( array( '<html>hello</html>', '{}', '{"secret":"short"}', '{"secret":7}' ) as $body ) {
			self::$sidecar->answer( '/v1/pair', 200, $body );
			wp_set_current_user( 1 );
			$this->assertSame( 'pairing.no_secret', $this->error_code( $this->rest( 'POST', '/ar-bridge/v1/pairing', array( 'sidecarUrl' => self::$sidecar->url, 'code' => 'X' ) ) ), $body );
		}
		$this->assertSame( array(), $this->keys() );
	}

	public function test_a_redirect_is_not_followed(): void {
		self::$sidecar->answer( '/v1/pair', 302, '{}', array( 'Location' => self::$sidecar->url . '/elsewhere' ) );
		wp_set_current_user( 1 );
		$response = $this->rest( 'POST', '/ar-bridge/v1/pairing', array( 'sidecarUrl' => self::$sidecar->url, 'code' => 'X' ) );
		$this->assertSame( 'http.302', $this->error_code( $response ) );
		$this->assertCount( 1, self::$sidecar->calls() );
	}

	/** @dataProvider addresses */
	public function test_an_address_is_read( string $typed, ?string $read ): void {
		$parsed = SidecarAddress::parse( $typed );
		$this->assertSame( $read, $parsed instanceof WP_Error ? null : $parsed );
	}

	/** @return list<array{string, string|null}> */
	public function addresses(): array {
		return array(
			array( 'http://127.0.0.1:8090', 'http://127.0.0.1:8090' ),
			array( ' http://127.9.8.7:8090/ ', 'http://127.9.8.7:8090' ),
			array( 'http://[::1]:8090', 'http://[::1]:8090' ),
			array( 'http://localhost:8090', 'http://localhost:8090' ),
			array( 'https://bridge.example.com/sidecar/', 'https://bridge.example.com/sidecar' ),
			array( 'HTTPS://10.0.0.5:8443', 'HTTPS://10.0.0.5:8443' ),
			array( 'http://10.0.0.5:8090', null ),
			array( 'http://192.168.1.5', null ),
			array( 'http://169.254.169.254/latest', null ),
			array( 'http://0.0.0.0:8090', null ),
			array( 'http://[::ffff:10.0.0.5]:8090', null ),
			array( 'http://no-such-host.invalid:8090', null ),
			array( 'ftp://127.0.0.1', null ),
			array( 'javascript:alert(1)', null ),
			array( '127.0.0.1:8090', null ),
			array( 'https://user:secret@bridge.example.com', null ),
			array( 'https://bridge.example.com/?x=1', null ),
			array( 'https://bridge.example.com/#x', null ),
			array( "https://bridge.example.com/\r\nX: y", null ),
			array( '', null ),
		);
	}

	public function test_a_user_without_the_rights_the_key_needs_cannot_pair(): void {
		$user = wp_insert_user( array( 'user_login' => 'half-' . wp_generate_password( 5, false ), 'user_pass' => 'a long password', 'role' => 'customer' ) );
		get_user_by( 'id', $user )->add_cap( 'manage_woocommerce' );
		wp_set_current_user( $user );
		$response = $this->rest( 'POST', '/ar-bridge/v1/pairing', array( 'sidecarUrl' => self::$sidecar->url, 'code' => 'X' ) );
		$this->assertSame( array( 403, 'pairing.user' ), array( $response->get_status(), $this->error_code( $response ) ) );
		$this->assertSame( array(), self::$sidecar->calls() );
	}

	public function test_unpairing_tells_the_sidecar_and_removes_secret_key_and_job_but_not_what_waits(): void {
		$this->pair( self::$sidecar );
		$order = $this->order();
		$order->update_status( 'on-hold' );
		$this->settle();
		wp_set_current_user( 1 );
		$response = $this->rest( 'DELETE', '/ar-bridge/v1/pairing' );
		$this->assertFalse( $response->get_data()['paired'] );
		$this->assertSame( array( 'none', null ), array( $response->get_data()['secret'], $response->get_data()['sidecarUrl'] ) );
		$farewell = $this->calls_to( '/v1/unpair' )[0];
		$this->assertSame( '{}', $farewell['body'] );
		$this->assertArrayHasKey( 'x-ar-bridge-signature', $farewell['headers'] );
		$this->assertSame( array(), $this->keys() );
		$this->assertFalse( get_option( Options::SECRET ) );
		$this->assertFalse( as_has_scheduled_action( Delivery::ACTION, array(), Delivery::GROUP ) );
		$this->assertContains( 'order:' . $order->get_id(), $this->marked() );
	}

	public function test_changed_salts_are_told_and_a_new_pairing_mends_it(): void {
		$this->pair( self::$sidecar );
		$salt = static fn ( string $value ): string => strrev( $value );
		add_filter( 'salt', $salt );
		$status = $this->rest( 'GET', '/ar-bridge/v1/pairing' )->get_data();
		$this->assertSame( array( false, 'lost', 'pairing.secret_lost' ), array( $status['paired'], $status['secret'], $status['problem']['code'] ) );
		$this->assertTrue( $this->pair( self::$sidecar )->get_data()['paired'] );
		remove_filter( 'salt', $salt );
	}

	public function test_a_copy_of_the_site_neither_counts_as_paired_nor_tells_the_original_s_sidecar(): void {
		$this->pair( self::$sidecar );
		self::$sidecar->forget_calls();
		$copy = static fn (): string => 'https://staging.example.com';
		add_filter( 'option_home', $copy );
		$status = $this->rest( 'GET', '/ar-bridge/v1/pairing' )->get_data();
		$this->order()->update_status( 'on-hold' );
		$this->settle();
		do_action( Delivery::ACTION );
		$proxied = $this->rest( 'GET', '/ar-bridge/v1/overview' );
		remove_filter( 'option_home', $copy );
		$this->assertSame( array( false, 'pairing.other_site' ), array( $status['paired'], $status['problem']['code'] ) );
		$this->assertStringContainsString( self::$site->url, $status['problem']['message'] );
		$this->assertSame( array( 409, 'pairing.other_site' ), array( $proxied->get_status(), $this->error_code( $proxied ) ) );
		$this->assertSame( array(), self::$sidecar->calls() );
	}

	public function test_a_secret_in_the_environment_wins_and_must_be_the_sidecar_s_own(): void {
		putenv( SecretStore::NAME . '=' . base64_encode( strrev( self::SECRET ) ) );
		$refused = $this->pair( self::$sidecar );
		$this->assertSame( array( 409, 'pairing.other_secret' ), array( $refused->get_status(), $this->error_code( $refused ) ) );
		$this->assertSame( array(), $this->keys() );
		$this->assertCount( 1, $this->calls_to( '/v1/unpair' ), 'the sidecar is not left believing it' );
		$status = $this->pair( self::$sidecar, strrev( self::SECRET ) )->get_data();
		putenv( SecretStore::NAME . '=not base64 of 32 bytes' );
		$broken = $this->rest( 'GET', '/ar-bridge/v1/pairing' )->get_data();
		putenv( SecretStore::NAME );
		$this->assertSame( array( true, 'external' ), array( $status['paired'], $status['secret'] ) );
		$this->assertSame( array( false, 'lost' ), array( $broken['paired'], $broken['secret'] ) );
		$this->assertFalse( get_option( Options::SECRET ), 'an external secret is not copied into the database' );
	}

	public function test_an_address_in_the_environment_wins_and_is_held_to_the_same_rules(): void {
		$this->pair( self::$sidecar );
		putenv( Connection::URL . '=https://bridge.example.com/x/' );
		$elsewhere = $this->rest( 'GET', '/ar-bridge/v1/pairing' )->get_data();
		putenv( Connection::URL . '=http://10.0.0.5:8090' );
		$plain = $this->rest( 'GET', '/ar-bridge/v1/pairing' )->get_data();
		putenv( Connection::URL );
		$this->assertSame( array( true, 'https://bridge.example.com/x' ), array( $elsewhere['paired'], $elsewhere['sidecarUrl'] ) );
		$this->assertSame( array( false, 'pairing.bad_address' ), array( $plain['paired'], $plain['problem']['code'] ) );
	}

	/** @return list<list<string>> */
	private function keys(): array {
		return Database::rows( 'SELECT user_id, permissions, consumer_key, consumer_secret FROM %i', $GLOBALS['wpdb']->prefix . 'woocommerce_api_keys' );
	}

	/** @return list<array<string, mixed>> */
	private function calls_to( string $path ): array {
		return array_values( array_filter( self::$sidecar->calls(), static fn ( array $call ): bool => $path === $call['target'] ) );
	}
}
