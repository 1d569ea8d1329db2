<?php

declare( strict_types=1 );

namespace ArBridge\Test;

use ArBridge\Clock;
use ArBridge\Plugin;
use ArBridge\Privacy\PersonalData;
use ArBridge\Security\SecretStore;
use ArBridge\Settings\Connection;
use ArBridge\Sidecar\SidecarClient;

/** WordPress' tools for personal data, over HTTP as an administrator uses them, with a fake sidecar behind. */
final class PersonalDataTest extends StoreTestCase {

	private const EXPORT = '/v1/admin/privacy/export';
	private const ERASE  = '/v1/admin/privacy/erase';

	private FakeSidecar $sidecar;
	private Shopper $http;

	protected function setUp(): void {
		parent::setUp();
		self::$site->serve();
		$this->unpair();
		$this->sidecar = self::$site->start_fake_sidecar();
		$this->pair( $this->sidecar );
		$this->http = new Shopper( self::$site->url );
	}

	protected function tearDown(): void {
		$this->sidecar->stop();
		parent::tearDown();
	}

	public function test_an_export_shows_what_the_sidecar_keeps_page_by_page(): void {
		$user = $this->users()['customer'];
		wp_update_user( array( 'ID' => $user, 'user_email' => 'ada@example.org' ) );
		$this->settle();
		$this->sidecar->forget_calls();
		$this->sidecar->answer( self::EXPORT, 200, array( 'items' => array( array( 'group' => 'customer', 'id' => "user:$user", 'data' => array( array( 'name' => 'accountNumber', 'value' => '40051' ), array( 'name' => 'name', 'value' => 'Ada <b>Byron</b>' ), array( 'name' => 'newer', 'value' => 'x' ) ) ) ), 'done' => false ) );
		$page = $this->tool()->export( 'ada@example.org', 2 );
		$this->assertFalse( $page['done'] );
		$this->assertSame( array( 'ar-bridge-customer', "user:$user" ), array( $page['data'][0]['group_id'], $page['data'][0]['item_id'] ) );
		$this->assertSame( array( array( 'name' => 'Customer account', 'value' => '40051' ), array( 'name' => 'Name', 'value' => 'Ada &lt;b&gt;Byron&lt;/b&gt;' ), array( 'name' => 'newer', 'value' => 'x' ) ), $page['data'][0]['data'] );
		$call = $this->sidecar->calls()[0];
		$this->assertSame( array( 'POST', self::EXPORT ), array( $call['method'], $call['target'] ) );
		$this->assertSame( array( 'email' => 'ada@example.org', 'customerIds' => array( $user ), 'page' => 2 ), json_decode( $call['body'], true ) );
		$this->assertArrayHasKey( 'x-ar-bridge-signature', array_change_key_case( $call['headers'] ) );
	}

	public function test_an_erasure_says_what_went_and_what_stays_in_the_books(): void {
		$this->sidecar->answer( self::ERASE, 200, array( 'customers' => 1, 'orders' => 3, 'accounts' => array( '40051' ), 'done' => true ) );
		$done = $this->tool()->erase( 'guest@example.org' );
		$this->assertSame( array( true, true, true ), array( $done['items_removed'], $done['items_retained'], $done['done'] ) );
		$this->assertStringContainsString( '(40051)', $done['messages'][0] );
		$calls = $this->sidecar->calls();
		$this->assertSame( array( 'email' => 'guest@example.org', 'customerIds' => array() ), json_decode( end( $calls )['body'], true ) );

		$this->sidecar->answer( self::ERASE, 200, array( 'customers' => 0, 'orders' => 0, 'accounts' => array(), 'done' => true ) );
		$this->assertSame( array( 'items_removed' => false, 'items_retained' => false, 'messages' => array(), 'done' => true ), $this->tool()->erase( 'stranger@example.org' ) );
	}

	public function test_a_sidecar_that_fails_is_told_and_nothing_counts_as_erased(): void {
		$this->sidecar->answer( self::ERASE, 503, array( 'error' => array( 'code' => 'store.unavailable', 'message' => 'The sidecar cannot write to its disk now.' ) ) );
		$failed = $this->tool()->erase( 'ada@example.org' );
		$this->assertWPError( $failed, 'store.unavailable' );
		$this->sidecar->stop();
		$this->assertWPError( $this->tool()->erase( 'ada@example.org' ), 'sidecar.unreachable' );
		$this->assertWPError( $this->tool()->export( 'ada@example.org' ), 'sidecar.unreachable' );
	}

	public function test_an_unpaired_site_shows_nothing_and_claims_no_erasure(): void {
		$this->unpair();
		$this->assertSame( array( 'data' => array(), 'done' => true ), $this->tool()->export( 'ada@example.org' ) );
		$done = $this->tool()->erase( 'ada@example.org' );
		$this->assertSame( array( false, true ), array( $done['items_removed'], $done['done'] ) );
	}

	public function test_wordpress_runs_both_for_administrators_only(): void {
		$this->sidecar->answer( self::EXPORT, 200, array( 'items' => array(), 'done' => true ) );
		foreach ( array( 'shop_manager' => false, 'administrator' => true ) as $role => $may ) {
			$this->sidecar->forget_calls();
			$session = $this->session( $this->users()[ $role ] );
			wp_set_current_user( 1 );
			$request = wp_create_user_request( "$role@example.org", 'export_personal_data', array(), 'confirmed' );
			$this->assertIsInt( $request );
			$number = $this->number_of_exporter();
			wp_set_current_user( $this->users()[ $role ] );
			$cookie = array_column( array_map( static fn ( string $pair ): array => explode( '=', $pair, 2 ), explode( '; ', $session['Cookie'] ) ), 1, 0 );
			$_COOKIE[ LOGGED_IN_COOKIE ] = rawurldecode( $cookie[ LOGGED_IN_COOKIE ] );
			$nonce = wp_create_nonce( 'wp-privacy-export-personal-data-' . $request );
			unset( $_COOKIE[ LOGGED_IN_COOKIE ] );
			$answer = $this->http->request( 'POST', '/wp-admin/admin-ajax.php', array( 'action' => 'wp-privacy-export-personal-data', 'exporter' => $number, 'page' => 1, 'id' => $request, 'security' => $nonce, 'sendAsEmail' => 'false' ), array( 'Cookie' => $session['Cookie'] ) );
			$this->assertSame( $may, json_decode( $answer['body'], true )['success'] ?? null, $role . ': ' . $answer['body'] );
			$this->assertSame( $may ? 1 : 0, count( array_filter( $this->sidecar->calls(), static fn ( array $call ): bool => self::EXPORT === $call['target'] ) ) );
			wp_delete_post( $request, true );
		}
	}

	public function test_the_admin_page_has_no_way_to_it(): void {
		wp_set_current_user( 1 );
		$this->assertSame( 404, $this->rest( 'POST', '/ar-bridge/v1/privacy/erase', array( 'email' => 'ada@example.org' ) )->get_status() );
	}

	private function tool(): PersonalData {
		$connection = new Connection( new SecretStore( new Clock() ) );
		return new PersonalData( static fn (): SidecarClient => new SidecarClient( $connection, new SecretStore( new Clock() ), new Clock() ), static fn (): Connection => $connection );
	}

	/** WordPress numbers exporters by their place in the list, from 1; only wp-admin's own calls have ours. */
	private function number_of_exporter(): int {
		$exporters = apply_filters( 'wp_privacy_personal_data_exporters', array() );
		$names     = array_keys( is_array( $exporters ) ? $exporters : array() );
		$at        = array_search( 'ar-bridge', $names, true );
		return false === $at ? count( $names ) + 1 : $at + 1;
	}

	/** @param mixed $value */
	private function assertWPError( $value, string $code ): void {
		$this->assertInstanceOf( \WP_Error::class, $value );
		$this->assertSame( $code, $value->get_error_code() );
	}
}
