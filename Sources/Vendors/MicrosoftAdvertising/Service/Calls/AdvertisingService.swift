package import MicrosoftAdvertisingPresets

/// The services of the API, by their names in REST paths.
package enum AdvertisingService: String, Sendable, CaseIterable {
    case campaignManagement = "CampaignManagement"
    case customerManagement = "CustomerManagement"
    case billing = "CustomerBilling"
    case reporting = "Reporting"
    case bulk = "Bulk"
    case adInsight = "AdInsight"

    /// Finds a service by its name, ignoring case.
    package init?(named name: String) {
        guard let service = Self.allCases.first(where: { $0.rawValue.lowercased() == name.lowercased() }) else {
            return nil
        }
        self = service
    }

    /// The XML namespace of the service's elements.
    package var namespace: String {
        let name =
            switch self {
            case .campaignManagement, .bulk: "CampaignManagement"
            case .customerManagement: "Customer"
            case .billing: "Billing"
            case .reporting: "Reporting"
            case .adInsight: "AdInsight"
            }
        return "https://bingads.microsoft.com/\(name)/v13"
    }

    /// Whether requests have `CustomerId` and `CustomerAccountId`; those to Customer Management and Customer Billing
    /// don't.
    package var wantsCustomer: Bool {
        switch self {
        case .customerManagement, .billing: false
        case .campaignManagement, .reporting, .bulk, .adInsight: true
        }
    }

    /// The base URL of the service, without a trailing slash.
    package func base(_ environment: AdvertisingEnvironment) -> String {
        let name =
            switch self {
            case .campaignManagement: "campaign"
            case .customerManagement, .billing: "clientcenter"
            case .reporting: "reporting"
            case .bulk: "bulk"
            case .adInsight: "adinsight"
            }
        switch environment {
        case .production: return "https://\(name).api.bingads.microsoft.com"
        case .sandbox: return "https://\(name).api.sandbox.bingads.microsoft.com"
        }
    }

    var soapPath: String {
        switch self {
        case .campaignManagement: "/Api/Advertiser/CampaignManagement/v13/CampaignManagementService.svc"
        case .customerManagement: "/Api/CustomerManagement/v13/CustomerManagementService.svc"
        case .billing: "/Api/Billing/v13/CustomerBillingService.svc"
        case .reporting: "/Api/Advertiser/Reporting/v13/ReportingService.svc"
        case .bulk: "/Api/Advertiser/CampaignManagement/v13/BulkService.svc"
        case .adInsight: "/Api/Advertiser/AdInsight/V13/AdInsightService.svc"
        }
    }
}
