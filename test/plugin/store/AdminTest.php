<?php

declare( strict_types=1 );

namespace ArBridge\Test;

use ArBridge\Admin\Assets;
use ArBridge\Clock;
use ArBridge\Outbox\OutboxTable;
use ArBridge\Plugin;
use ArBridge\Security\SecretStore;
use ArBridge\Settings\Connection;
use ArBridge\Settings\Options;
use Automattic\WooCommerce\Utilities\FeaturesUtil;
use WC_Admin_Settings;

/** The plugin's places in wp-admin, as pages over HTTP. */
final class AdminTest extends StoreTestCase {

	private Shopper $http;

	protected function setUp(): void {
		parent::setUp();
		self::$site->serve();
		$this->unpair();
		$this->http = new Shopper( self::$site->url );
	}

	public function test_the_page_is_under_woocommerce_and_holds_the_root_of_the_react_page(): void {
		$page = $this->page( 'admin.php?page=ar-bridge' );
		$this->assertSame( 200, $page['status'], $page['headers']['location'] ?? '' );
		$this->assertStringContainsString( 'admin.php?page=ar-bridge', $page['body'] );
		if ( is_file( ShopSite::PLUGIN . '/build/admin.js' ) ) {
			$this->assertStringContainsString( '<div id="ar-bridge-admin"></div>', $page['body'] );
			$this->assertStringContainsString( 'build/admin.js', $page['body'] );
			$this->assertStringContainsString( 'window.arBridge = {', $page['body'] );
		} else {
			$this->assertStringContainsString( 'npm run build', $page['body'] );
		}
	}

	public function test_who_may_not_manage_woocommerce_does_not_get_the_page(): void {
		$this->assertNotSame( 200, $this->page( 'admin.php?page=ar-bridge', 'editor' )['status'] );
		$this->assertStringNotContainsString( 'page=ar-bridge', $this->page( 'index.php', 'editor' )['body'] );
	}

	public function test_scripts_are_enqueued_with_what_the_build_says_and_what_the_page_needs(): void {
		$folder = self::$site->folder . '/wp-content/plugins/built';
		@mkdir( "$folder/build", 0777, true );
		foreach ( array( 'admin.js' => '', 'admin.css' => '', 'style-admin.css' => '', 'admin.asset.php' => "<?php return array( 'dependencies' => array( 'wp-element', 'wp-i18n' ), 'version' => 'abc' );" ) as $name => $text ) {
			file_put_contents( "$folder/build/$name", $text );
		}
		$assets = new Assets( "$folder/ar-bridge.php", new Connection( new SecretStore( new Clock() ) ) );
		$this->assertTrue( $assets->exists( 'admin' ) );
		$this->assertFalse( $assets->exists( 'order' ) );
		$assets->enqueue( 'admin' );
		$assets->enqueue( 'order' );
		$script = wp_scripts()->registered['ar-bridge-admin'];
		$this->assertSame( array( array( 'wp-element', 'wp-i18n' ), 'abc', 'ar-bridge' ), array( $script->deps, $script->ver, $script->textdomain ) );
		$this->assertTrue( wp_style_is( 'ar-bridge-admin' ) && wp_style_is( 'ar-bridge-style-admin' ) );
		$this->assertFalse( wp_script_is( 'ar-bridge-order' ) );
		$inline = implode( '', array_filter( $script->extra['before'] ) );
		$given  = json_decode( substr( $inline, strlen( 'window.arBridge = ' ), -1 ), true );
		$this->assertSame( array( 'restNamespace', 'adminUrl', 'orderEditUrlPattern', 'version', 'paired', 'locale', 'timeZone', 'currency', 'priceDecimals' ), array_keys( $given ) );
		$this->assertSame( array( 'ar-bridge/v1', self::$site->url . '/wp-admin/admin.php?page=ar-bridge', false, 'en-US' ), array( $given['restNamespace'], $given['adminUrl'], $given['paired'], $given['locale'] ) );
		$this->assertStringContainsString( 'hpos' === ShopSite::storage() ? 'page=wc-orders&action=edit&id=%d' : 'post.php?post=%d&action=edit', $given['orderEditUrlPattern'] );
		wp_dequeue_script( 'ar-bridge-admin' );
		wp_deregister_script( 'ar-bridge-admin' );
	}

	public function test_the_order_screen_has_a_place_for_the_panel(): void {
		$order = $this->order( 'processing' );
		$page  = $this->page( 'hpos' === ShopSite::storage() ? 'admin.php?page=wc-orders&action=edit&id=' . $order->get_id() : 'post.php?action=edit&post=' . $order->get_id() );
		$this->assertSame( 200, $page['status'] );
		$this->assertSame( 1, substr_count( $page['body'], '<div id="ar-bridge-order" data-order-id="' . $order->get_id() . '"></div>' ) );
		$this->assertSame( 1, substr_count( $page['body'], 'id="ar-bridge-order"' ), 'the box around it has another id' );
	}

	public function test_the_order_list_has_a_column_with_a_place_for_each_order(): void {
		$first  = $this->order( 'processing' );
		$second = $this->order( 'processing' );
		$page   = $this->page( 'hpos' === ShopSite::storage() ? 'admin.php?page=wc-orders' : 'edit.php?post_type=shop_order' );
		foreach ( array( $first, $second ) as $order ) {
			$this->assertSame( 1, substr_count( $page['body'], '<span class="ar-bridge-state" data-order-id="' . $order->get_id() . '"></span>' ) );
		}
		$this->assertMatchesRegularExpression( '/<th[^>]*id=.order_status.*<th[^>]*id=.ar_bridge_oracle.[^>]*>\s*Oracle/s', $page['body'] );
	}

	public function test_the_order_list_is_narrowed_to_the_ids_that_come_along(): void {
		$list   = 'hpos' === ShopSite::storage() ? 'admin.php?page=wc-orders' : 'edit.php?post_type=shop_order';
		$wanted = $this->order( 'processing' );
		$other  = $this->order( 'processing' );
		$place  = '<span class="ar-bridge-state" data-order-id="%d">';
		$all    = $this->page( $list )['body'];
		$this->assertSame( 1, substr_count( $all, '<span id="ar-bridge-filter" data-state="" data-ids=""></span>' ) );
		$page = $this->page( "$list&ar_bridge_state=attention&ar_bridge_ids=" . $wanted->get_id() )['body'];
		$this->assertStringContainsString( sprintf( $place, $wanted->get_id() ), $page );
		$this->assertStringNotContainsString( sprintf( $place, $other->get_id() ), $page );
		$this->assertStringContainsString( '>1 item<', $page, 'the pages of the narrowed list are counted, not those of all orders' );
		$this->assertStringContainsString( '<span id="ar-bridge-filter" data-state="attention" data-ids="' . $wanted->get_id() . '"></span>', $page );
		$this->assertStringNotContainsString( '<span class="ar-bridge-state"', $this->page( "$list&ar_bridge_state=waiting&ar_bridge_ids" )['body'], 'no order is in that state' );
		$this->assertStringContainsString( sprintf( $place, $other->get_id() ), $this->page( "$list&ar_bridge_state&ar_bridge_ids" )['body'], 'any state' );
	}

	public function test_chosen_orders_are_replayed_with_one_signed_call_and_a_notice_says_so(): void {
		$sidecar = self::$site->start_fake_sidecar();
		$this->pair( $sidecar );
		$sidecar->answer( '/v1/admin/orders/replay', 200, '{"accepted":2}' );
		$ids = array( $this->order( 'processing' )->get_id(), $this->order( 'processing' )->get_id() );
		$this->settle();
		$sidecar->forget_calls();
		$this->assertStringContainsString( '2 orders are on their way to Oracle again.', $this->bulk_replay( $ids ) );
		$calls = array_values( array_filter( $sidecar->calls(), static fn ( array $call ): bool => str_starts_with( $call['target'], '/v1/admin/' ) ) );
		$this->assertCount( 1, $calls );
		$sent = json_decode( $calls[0]['body'], true )['orderIds'];
		sort( $sent );
		$this->assertSame( array( 'POST', $ids ), array( $calls[0]['method'], $sent ) );
		$this->assertStringContainsString( 'actor=', $calls[0]['target'] );
		$this->assertStringNotContainsString( 'on their way to Oracle', $this->page( $this->list_path() )['body'], 'it is said once' );

		$sidecar->forget_calls();
		$this->assertStringContainsString( '101 orders were chosen, at most 100', $this->bulk_replay( range( 1, 101 ) ) );
		$sidecar->answer( '/v1/admin/orders/replay', 409, '{"error":{"code":"x.y","message":"Not <b>now</b>.","action":"Wait."}}' );
		$this->assertStringContainsString( 'Not &lt;b&gt;now&lt;/b&gt;. Wait.', $this->bulk_replay( $ids ) );
		$sidecar->forget_calls();
		$this->bulk_replay( $ids, 'a wrong nonce' );
		$this->bulk_replay( $ids, null, 'editor' );
		$this->assertSame( array(), array_filter( $sidecar->calls(), static fn ( array $call ): bool => str_starts_with( $call['target'], '/v1/admin/' ) ) );
		$sidecar->stop();
		$this->assertStringContainsString( 'No answer from the AR Bridge sidecar', $this->bulk_replay( $ids ) );
	}

	public function test_links_lead_to_the_page_from_the_plugins_list_and_from_woocommerce_s_settings(): void {
		$plugins = $this->page( 'plugins.php' )['body'];
		$this->assertMatchesRegularExpression( '#<a href="[^"]*page=ar-bridge&\#038;tab=connections">Settings</a>#', $plugins );
		$this->assertMatchesRegularExpression( '#<a href="[^"]*/readme\.txt">Docs</a>#', $plugins );
		$settings = $this->page( 'admin.php?page=wc-settings&tab=advanced&section=ar_bridge' )['body'];
		$this->assertMatchesRegularExpression( '#<a class="button button-primary" href="[^"]*page=ar-bridge">Open AR Bridge</a>#', $settings );
		$this->assertStringNotContainsString( 'name="save"', $settings, 'there is nothing to save' );
		$this->assertStringContainsString( '>AR Bridge</a>', $this->page( 'admin.php?page=wc-settings&tab=advanced' )['body'] );
	}

	public function test_a_notice_says_that_the_site_is_not_paired_where_woocommerce_is(): void {
		$words = 'This site is not paired with a sidecar yet.';
		$this->assertStringContainsString( $words, $this->page( 'plugins.php' )['body'] );
		$this->assertStringContainsString( $words, $this->page( 'admin.php?page=wc-settings' )['body'] );
		$this->assertStringNotContainsString( $words, $this->page( 'options-general.php' )['body'] );
		$this->assertStringNotContainsString( $words, $this->page( 'index.php', 'editor' )['body'] );
	}

	public function test_a_notice_says_when_changes_are_stuck_and_why(): void {
		$sidecar = self::$site->start_fake_sidecar();
		$this->pair( $sidecar );
		( new OutboxTable( fake_clock( time() - 800 ) ) )->settle( array( array( 'order', 1 ) ), 'a' );
		$this->assertStringNotContainsString( 'has been waiting', $this->page( 'plugins.php' )['body'] );
		( new OutboxTable( fake_clock( time() - 1900 ) ) )->settle( array( array( 'order', 2 ) ), 'a' );
		update_option( Options::DELIVERY, array( 'failures' => 3, 'lastError' => '<script>alert(1)</script> refused' ), false );
		$page = $this->page( 'plugins.php' )['body'];
		$this->assertStringContainsString( "2 changes have been waiting for up to 31 minutes for the sidecar at $sidecar->url", $page );
		$this->assertStringContainsString( '&lt;script&gt;alert(1)&lt;/script&gt; refused', $page );
		$sidecar->stop();
	}

	public function test_plain_permalinks_are_told(): void {
		$permalinks = get_option( 'permalink_structure' );
		update_option( 'permalink_structure', '' );
		$page = $this->page( 'plugins.php' )['body'];
		update_option( 'permalink_structure', $permalinks );
		$this->assertStringContainsString( 'With plain permalinks the sidecar cannot read the store', $page );
	}

	public function test_the_secret_and_the_key_are_on_no_page(): void {
		$sidecar = self::$site->start_fake_sidecar();
		$this->pair( $sidecar );
		$key    = json_decode( $sidecar->calls()[0]['body'], true );
		$order  = $this->order();
		$secret = array( self::SECRET, base64_encode( self::SECRET ), bin2hex( self::SECRET ), $key['consumerSecret'], $key['consumerKey'] );
		foreach ( array( 'administrator', 'shop_manager', 'editor' ) as $kind ) {
			foreach ( array( 'admin.php?page=ar-bridge', 'plugins.php', 'index.php', 'admin.php?page=wc-settings&tab=advanced&section=ar_bridge', 'admin.php?page=wc-orders&action=edit&id=' . $order->get_id(), 'options.php' ) as $path ) {
				$this->assert_without( $secret, $this->page( $path, $kind )['body'], "$kind $path" );
			}
			foreach ( array( '/wp-json/', '/wp-json/ar-bridge/v1/pairing', '/wp-json/wp/v2/settings', '/wp-json/wc/v3/system_status?_fields=settings,environment.version' ) as $path ) {
				$this->assert_without( $secret, $this->http->request( 'GET', $path, null, $this->session( $this->users()[ $kind ] ) )['body'], "$kind $path" );
			}
		}
		$this->assert_without( $secret, $this->http->request( 'GET', '/' )['body'], 'visitor /' );
		$sidecar->stop();
	}

	public function test_compatibility_is_declared(): void {
		$features = FeaturesUtil::get_compatible_features_for_plugin( 'ar-bridge/ar-bridge.php' );
		$this->assertContains( 'custom_order_tables', $features['compatible'] );
		$this->assertContains( 'cart_checkout_blocks', $features['compatible'] );
		$this->assertNotContains( 'product_instance_caching', array_merge( $features['incompatible'], $features['uncertain'] ) );
	}

	public function test_the_version_is_one(): void {
		require_once ABSPATH . 'wp-admin/includes/plugin.php';
		$header = get_plugin_data( WP_PLUGIN_DIR . '/ar-bridge/ar-bridge.php', false, false );
		$this->assertSame( Plugin::VERSION, $header['Version'] );
		$this->assertSame( array( 'ar-bridge', '8.0', 'woocommerce' ), array( $header['TextDomain'], $header['RequiresPHP'], $header['RequiresPlugins'] ) );
		$this->assertStringContainsString( "\nStable tag: " . Plugin::VERSION . "\n", (string) file_get_contents( ShopSite::PLUGIN . '/readme.txt' ) );
	}

	private function list_path(): string {
		return 'hpos' === ShopSite::storage() ? 'admin.php?page=wc-orders' : 'edit.php?post_type=shop_order';
	}

	/**
	 * Chooses orders and "Replay in Oracle", as the list's form sends it.
	 *
	 * @param list<int> $ids
	 * @return string The list as it comes then; empty where WordPress refused.
	 */
	private function bulk_replay( array $ids, ?string $nonce = null, string $kind = 'administrator' ): string {
		// A fresh client each time: cookies of its own beside the session's would be taken for it.
		$get     = fn ( string $path, array $session ): array => ( new Shopper( self::$site->url ) )->request( 'GET', $path, null, $session );
		$session = array( 'Cookie' => $this->session( $this->users()[ $kind ] )['Cookie'] );
		$hpos    = 'hpos' === ShopSite::storage();
		$form    = $get( '/wp-admin/' . $this->list_path(), $session );
		if ( null === $nonce && 1 === preg_match( '/name="_wpnonce" value="([0-9a-f]+)"/', $form['body'], $found ) ) {
			$nonce = $found[1];
			$this->assertStringContainsString( '<option value="ar_bridge_replay">Replay in Oracle</option>', $form['body'] );
		}
		$fields = array( 'action' => 'ar_bridge_replay', '_wpnonce' => (string) $nonce, '_wp_http_referer' => '/wp-admin/' . $this->list_path(), $hpos ? 'id' : 'post' => $ids );
		$answer = $get( '/wp-admin/' . $this->list_path() . '&' . http_build_query( $fields ), $session );
		if ( 302 !== $answer['status'] ) {
			return '';
		}
		return $get( str_replace( self::$site->url, '', $answer['headers']['location'] ), $session )['body'];
	}

	/** @return array{status: int, headers: array<string, string>, body: string} */
	private function page( string $path, string $kind = 'administrator' ): array {
		return $this->http->request( 'GET', "/wp-admin/$path", null, array( 'Cookie' => $this->session( $this->users()[ $kind ] )['Cookie'] ) );
	}

	/** @param list<string> $secrets */
	private function assert_without( array $secrets, string $text, string $where ): void {
		foreach ( $secrets as $secret ) {
			$this->assertStringNotContainsString( $secret, $text, $where );
		}
	}
}
