import HTTPTransport
import MicrosoftAdvertisingService
import Testing

struct RESTOperationTests {
    @Test(
        arguments: [
            (.campaignManagement, "GetCampaignsByAccountId", "POST", "Campaigns/QueryByAccountId"),
            (.campaignManagement, "AddCampaigns", "POST", "Campaigns"),
            (.campaignManagement, "UpdateCampaigns", "PUT", "Campaigns"),
            (.campaignManagement, "DeleteCampaigns", "DELETE", "Campaigns"),
            (.campaignManagement, "GetCampaignIdsByBidStrategyIds", "POST", "CampaignIds/QueryByBidStrategyIds"),
            (.campaignManagement, "GetHTML5sByIds", "POST", "HTML5s/QueryByIds"),
            (.campaignManagement, "AddListItemsToSharedList", "POST", "ListItems"),
            (.campaignManagement, "DeleteListItemsFromSharedList", "DELETE", "ListItems"),
            (.campaignManagement, "AddNegativeKeywordsToEntities", "POST", "EntityNegativeKeywords"),
            (.campaignManagement, "SetNegativeSitesToCampaigns", "POST", "NegativeSites/SetToCampaigns"),
            (.campaignManagement, "ApplyOfflineConversions", "POST", "OfflineConversions/Apply"),
            (.campaignManagement, "Campaigns/QueryByIds", "POST", "Campaigns/QueryByIds"),
            (.customerManagement, "GetUser", "POST", "User/Query"),
            (.customerManagement, "SearchAccounts", "POST", "Accounts/Search"),
            (.customerManagement, "SignupCustomer", "POST", "Customer/Signup"),
            (.customerManagement, "MapCustomerIdToExternalCustomerId", "POST", "CustomerId/MapToExternalCustomerId"),
            (.customerManagement, "UpgradeCustomerToAgency", "POST", "Customer/UpgradeToAgency"),
            (.reporting, "SubmitGenerateReport", "POST", "GenerateReport/Submit"),
            (.bulk, "DownloadCampaignsByAccountIds", "POST", "Campaigns/DownloadByAccountIds"),
            (.billing, "DispatchCoupons", "POST", "Coupons/Dispatch"),
            (.adInsight, "GetKeywordIdeas", "POST", "KeywordIdeas/query"),
            (.adInsight, "GetBidLandscapeByKeywordIds", "POST", "BidLandscape/queryByKeywordIds"),
            (.adInsight, "ApplyRecommendations", "POST", "Recommendations/apply"),
            (.adInsight, "SuggestKeywordsForUrl", "POST", "KeywordSuggestions/queryByUrl"),
        ] as [(AdvertisingService, String, String, String)])
    func `an operation has the method and path that the SDK uses`(
        _ service: AdvertisingService, _ name: String, _ method: String, _ path: String
    ) throws {
        let operation = try #require(RESTOperation(name, of: service))
        #expect(operation.method.rawValue == method && operation.path == path)
    }

    @Test(arguments: ["", "Get", "getCampaigns", "Get Campaigns", "../x", "GetCampaigns?x", "campaigns", "A"])
    func `a text that isn't the name of an operation has no path`(_ name: String) {
        #expect(RESTOperation(name, of: .campaignManagement) == nil)
    }

    @Test(arguments: AdvertisingService.allCases)
    func `each operation in a service's list has a path of its own`(_ service: AdvertisingService) throws {
        let places = try service.operations.map { name in
            let place = try #require(RESTOperation(name, of: service), "\(name)")
            return "\(place.method.rawValue) \(place.path)"
        }
        #expect(!places.isEmpty && service.operations == service.operations.sorted())
        #expect(Set(places).count == places.count)
    }

    @Test func `a service is found by its name, ignoring case`() {
        #expect(AdvertisingService(named: "campaignmanagement") == .campaignManagement)
        #expect(AdvertisingService(named: "CustomerBilling") == .billing && AdvertisingService(named: "Ads") == nil)
    }
}
