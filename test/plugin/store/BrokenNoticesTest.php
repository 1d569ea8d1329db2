<?php

declare( strict_types=1 );

namespace ArBridge\Test;

use ArBridge\Security\Signature;
use ArBridge\Settings\Options;
use ArBridge\Sidecar\ToldNotices;

/** What Oracle changed and a rule still names, told by the sidecar and shown in wp-admin. */
final class BrokenNoticesTest extends StoreTestCase {

	private const ROUTE = '/wp-json/wc-ar-bridge/v1/notices';

	private Shopper $http;

	protected function setUp(): void {
		parent::setUp();
		ToldNotices::forget_all();
		$this->http = $this->paired_site_without_sidecar();
	}

	public function test_what_the_sidecar_tells_is_shown_to_shop_managers_with_its_orders_and_no_page_asks_the_sidecar(): void {
		// The sidecar is away: what is shown comes from the site itself.
		$this->assertSame( array( 'kept' => 2 ), $this->tell( array( $this->notice( 7, 'Rule "Mugs": <b>closed</b>.', 9, array( 1042, 1055 ) ), $this->notice( 8, 'The receipt method X is disabled in Oracle.', 0 ) ) ) );
		foreach ( array( 'index.php', 'plugins.php', 'admin.php?page=wc-settings' ) as $path ) {
			$page = $this->page( $path );
			$this->assertStringContainsString( 'Rule &quot;Mugs&quot;: closed. 9 waiting or recent orders meet it, such as #1042, #1055.', $page, $path );
			$this->assertStringContainsString( 'The receipt method X is disabled in Oracle. No waiting or recent order meets it.', $page, $path );
		}
		$this->assertStringContainsString( 'Rule &quot;Mugs&quot;', $this->page( 'index.php', 'shop_manager' ) );
		$this->assertStringNotContainsString( 'Rule &quot;Mugs&quot;', $this->page( 'index.php', 'editor' ) );
		$this->assertStringNotContainsString( 'Rule &quot;Mugs&quot;', $this->page( 'options-general.php' ) );

		$this->tell( array() );
		$this->assertStringNotContainsString( 'Rule &quot;Mugs&quot;', $this->page( 'index.php' ) );
	}

	public function test_each_person_puts_a_notice_away_for_good_and_the_others_still_see_it(): void {
		$this->tell( array( $this->notice( 7, 'Seven is closed.', 1, array( 3 ) ), $this->notice( 8, 'Eight is closed.', 1, array( 3 ) ) ) );
		$browser = $this->browser( 'administrator' );
		$page    = $browser( '/wp-admin/index.php' )['body'];
		$this->assertSame( 1, preg_match( '#Seven is closed\..*?href="([^"]*ar_bridge_put_away=7[^"]*)">Dismiss</a>#s', $page, $found ) );
		$link   = html_entity_decode( $found[1] );
		$answer = $browser( $link );
		$this->assertSame( 302, $answer['status'] );
		$this->assertStringNotContainsString( 'ar_bridge_put_away', $answer['headers']['location'] );
		$again = $this->page( 'index.php' );
		$this->assertStringNotContainsString( 'Seven is closed.', $again );
		$this->assertStringContainsString( 'Eight is closed.', $again );
		$this->assertStringContainsString( 'Seven is closed.', $this->page( 'index.php', 'shop_manager' ) );

		// A link that WordPress did not make does nothing.
		$forged = $browser( str_replace( 'put_away=7', 'put_away=8', $link ) );
		$this->assertSame( 403, $forged['status'] );
		$this->assertStringContainsString( 'Eight is closed.', $this->page( 'index.php' ) );

		$this->tell( array( $this->notice( 7, 'Seven is closed.', 4, array( 3 ) ) ) );
		$this->assertStringNotContainsString( 'Seven is closed.', $this->page( 'index.php' ), 'the same notice with other figures' );
		$this->tell( array( $this->notice( 9, 'Seven is closed.', 4, array( 3 ) ) ) );
		$this->assertStringContainsString( 'Seven is closed.', $this->page( 'index.php' ), 'mended and broken again' );
	}

	public function test_many_are_three_and_a_number(): void {
		$this->tell( array_map( fn ( int $id ): array => $this->notice( $id, "Number $id is closed." ), range( 1, 5 ) ) );
		$page = $this->page( 'index.php' );
		$this->assertSame( 3, substr_count( $page, ' is closed.' ) );
		$this->assertStringContainsString( '2 further changes in Oracle need a look.', $page );
	}

	public function test_what_makes_no_sense_changes_nothing_and_a_new_pairing_begins_empty(): void {
		$this->tell( array( $this->notice( 7, 'Seven is closed.' ) ) );
		foreach ( array( '{"notices":"all"}', '[]', '7' ) as $body ) {
			$this->assertSame( '{"kept":0}', $this->signed( $body )['body'], $body );
		}
		$this->assertStringContainsString( 'Seven is closed.', $this->page( 'index.php' ) );
		$this->assertSame( '{"kept":1}', $this->signed( '{"notices":[{"id":"1","message":"x"},null,{"id":2,"message":""},{"id":3,"message":"Three."}]}' )['body'] );

		$sidecar = self::$site->start_fake_sidecar();
		$this->pair( $sidecar );
		$sidecar->stop();
		wp_cache_flush();
		$this->assertFalse( get_option( Options::NOTICES ) );
		$this->assertSame( array(), ToldNotices::unseen_by( 1 ) );
	}

	/** @param list<int> $sample */
	private function notice( int $id, string $message, int $orders = 0, array $sample = array() ): array {
		return array(
			'id'      => $id,
			'message' => $message,
			'orders'  => $orders,
			'sample'  => $sample,
		);
	}

	private function tell( array $notices ): array {
		return json_decode( $this->signed( (string) json_encode( array( 'notices' => $notices ) ) )['body'], true );
	}

	private function signed( string $body ): array {
		return $this->http->request( 'POST', self::ROUTE, $body, Signature::headers( self::SECRET, time(), 'POST', self::ROUTE, $body ) );
	}

	private function page( string $path, string $kind = 'administrator' ): string {
		return $this->browser( $kind )( "/wp-admin/$path" )['body'];
	}

	/** One session, in which a link of a page is good. A fresh client for each call: cookies of its own would be taken for the session's. */
	private function browser( string $kind ): callable {
		$session = array( 'Cookie' => $this->session( $this->users()[ $kind ] )['Cookie'] );
		return static fn ( string $target ): array => ( new Shopper( self::$site->url ) )->request( 'GET', $target, null, $session );
	}
}
